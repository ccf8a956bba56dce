package main

import (
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// topic and help are the types of the lines of Settings that contain only documentation.
type (
	topic struct{}
	help  struct{}
)

// documentedSetting is a setting as --help shows it.
type documentedSetting struct {
	index                       int // of the field of Settings
	topic, name, fallback, help string
	required                    bool
	bounds                      bounds
}

// documentedSettings are the settings in the order of their fields.
func documentedSettings() (all []documentedSetting) {
	var latestTopic, latestHelp string
	fields := reflect.TypeFor[Settings]()
	for i := range fields.NumField() {
		f := fields.Field(i)
		switch f.Type {
		case reflect.TypeFor[topic]():
			latestTopic = f.Tag.Get("text")
		case reflect.TypeFor[help]():
			latestHelp = f.Tag.Get("text")
		default:
			all = append(all, documentedSetting{
				index: i, topic: latestTopic, name: f.Tag.Get("env"), fallback: f.Tag.Get("envDefault"), help: latestHelp,
				required: f.Tag.Get("required") != "", bounds: bounds{f.Tag.Get("range")},
			})
			latestHelp = ""
		}
	}
	return all
}

// printSettings prints the settings by topic.
func printSettings(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer func() { _ = t.Flush() }()
	fmt.Fprintf(t, "\nSettings, read from the environment%s:\n", settingsNote)
	latest := ""
	for _, s := range documentedSettings() {
		if s.topic != latest {
			fmt.Fprintf(t, "\n%s:\n", s.topic)
			latest = s.topic
		}
		fmt.Fprintf(t, "  %s\t%s%s\n", s.name, s.help, s.limits())
	}
}

// limits are the default and the bounds, in parentheses.
func (s documentedSetting) limits() string {
	var parts []string
	if s.required {
		parts = append(parts, "required")
	}
	if s.fallback != "" {
		parts = append(parts, "default "+s.fallback)
	}
	if s.bounds.text != "" {
		parts = append(parts, s.bounds.String())
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// bounds is a range tag: the minimum and the maximum, as in "1m..1h". The maximum is optional.
type bounds struct{ text string }

func (b bounds) String() string {
	least, most, _ := strings.Cut(b.text, "..")
	if most == "" {
		return "at least " + least
	}
	return "from " + least + " to " + most
}

// contain reports whether a number or a duration is within the bounds. Errors: a bound is not of the value's type.
func (b bounds) contain(value reflect.Value) (bool, error) {
	parse := func(text string) (int64, error) { return strconv.ParseInt(text, 10, 64) }
	if value.Type() == reflect.TypeFor[time.Duration]() {
		parse = func(text string) (int64, error) {
			d, err := time.ParseDuration(text)
			return int64(d), err
		}
	}
	var n int64
	if value.CanUint() {
		n = int64(value.Uint())
	} else {
		n = value.Int()
	}
	least, most, _ := strings.Cut(b.text, "..")
	if bound, err := parse(least); err != nil || n < bound {
		return false, err
	}
	if most == "" {
		return true, nil
	}
	bound, err := parse(most)
	return n <= bound, err
}
