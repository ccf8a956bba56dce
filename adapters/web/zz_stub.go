// Package web is a stand-in.
package web

import (
	"net/url"

	"github.com/labstack/echo/v4"
)

type Config struct {
	PublicURL         *url.URL
	Spec              []byte
	ProductName       string
	PasswordMinLength int
}

func Register(e *echo.Echo, c Config) error { return nil }
