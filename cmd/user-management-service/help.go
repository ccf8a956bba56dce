package main

import (
	"fmt"
	"io"
	"reflect"
	"text/tabwriter"
)

// help prints the commands and every setting with its default.
func (program) help(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer func() { _ = t.Flush() }()
	fmt.Fprintln(t, "user-management-service keeps the accounts of siriusys.com.\n\nCommands:")
	for _, c := range commands() {
		fmt.Fprintf(t, "  %s %s\t%s\n", c.name, c.args, c.help)
	}
	fmt.Fprintln(t, "\nSettings, read from the environment by serve (migrate needs DATABASE_URL only; dev sets the required ones itself):")
	settings := reflect.TypeFor[Settings]()
	for i := range settings.NumField() {
		tag := settings.Field(i).Tag
		fmt.Fprintf(t, "  %s\t%s\t%s\n", tag.Get("env"), tag.Get("envDefault"), tag.Get("help"))
	}
}
