package main

import (
	"log/slog"
	"reflect"
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/metrics"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// The compiler does not notice when newModules leaves a field of a module's config unset, or a constructor does not pass it on.
func TestNewModulesSetsEveryDependency(t *testing.T) {
	t.Parallel()
	environ := testSettings()
	environ["PUBLIC_URL"] = "https://accounts.example.com"
	settings, err := readSettings(environ)
	if err != nil {
		t.Fatal(err)
	}
	orders, err := domain.NewServiceCredential("orders", "secret")
	if err != nil {
		t.Fatal(err)
	}
	config := Config{
		Settings: settings.withDefaults(), Keyset: devKeyset(t), Services: domain.ServiceCredentials{orders},
		Logger: slog.New(slog.DiscardHandler), Now: now, Metrics: metrics.New(),
	}
	built := reflect.ValueOf(newModules(config.withDefaults(), memory.NewStore(), &memory.Mailer{}, &memory.AccessTokens{}))
	for i := range built.NumField() {
		for _, path := range unsetFields(built.Type().Field(i).Name, built.Field(i)) {
			t.Errorf("%s is not set", path)
		}
	}
}

// unsetFields returns the paths of the zero values in v. It descends into the types of package app only: a zero value inside an
// adapter or a policy may be meant.
func unsetFields(path string, v reflect.Value) (unset []string) {
	if v.IsZero() {
		return []string{path}
	}
	v = reflect.Indirect(v)
	if v.Kind() != reflect.Struct || v.Type().PkgPath() != reflect.TypeFor[app.Runtime]().PkgPath() {
		return nil
	}
	for i := range v.NumField() {
		unset = append(unset, unsetFields(path+"."+v.Type().Field(i).Name, v.Field(i))...)
	}
	return unset
}
