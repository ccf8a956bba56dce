package main

import (
	"errors"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestHelpOfEveryCommandShowsItsUseAndText(t *testing.T) {
	t.Parallel()
	var check func(c *cobra.Command)
	check = func(c *cobra.Command) {
		path := strings.Fields(c.CommandPath())[1:]
		for _, args := range [][]string{append(path, "--help"), append(path, "-h"), append([]string{"help"}, path...)} {
			out, err := run(t, nil, args...)
			if err != nil {
				t.Errorf("%v: %v", args, err)
			}
			wants := []string{c.Short}
			if !c.HasSubCommands() {
				wants = append(wants, "\n  "+c.UseLine()+"\n")
			}
			for _, sub := range c.Commands() {
				wants = append(wants, "\n  "+sub.Name()+" ")
			}
			for _, want := range wants {
				if !strings.Contains(out, want) {
					t.Errorf("%v does not show %q:\n%s", args, want, out)
				}
			}
		}
		for _, sub := range c.Commands() {
			if sub.Name() != "help" && sub.Name() != "completion" {
				check(sub)
			}
		}
	}
	check(program{}.commands())
}

func TestHelpShowsTheSettingsWhereAllOfThemAreRead(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]bool{"": true, "serve": true, "dev": true, "migrate": false, "keys": false} {
		out, err := run(t, nil, append(strings.Fields(command), "--help")...)
		if err != nil || strings.Contains(out, "SESSION_IDLE") != want {
			t.Errorf("help of %q: %v\n%s", command, err, out)
		}
	}
}

func TestAnInvalidCommandLineIsAUsageError(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"": "expected a command", "sing": `unknown command "sing"`, "kyes status": "did you mean keys?", "--nonsense": "unknown flag",
		"serve now": "expected user-management-service serve", "serve --port 80": "unknown flag", "migrate down": "expected", "dev x": "expected",
		"keys": "expected a command", "keys lose x": `unknown command "lose"`, "keys rotate x": "expected",
		"keys remove x": "expected user-management-service keys remove FILE KEY", "keys status x": "expected",
		"admin": "expected a command", "admin audit": "expected a command", "admin audit verify 1 2": "verify [ANCHOR]",
		"admin import-users": "import-users FILE", "credentials": "expected a command", "credentials create": "create CLIENT_ID",
		"credentials create ...%": "the client id contains", "version 2": "expected", "help nonsense": `unknown command "nonsense"`,
		"help keys nonsense": `unknown command "keys nonsense"`, "completion": "expected a command", "completion tcsh": "tcsh",
		"completion bash x": "expected",
	} {
		_, err := run(t, map[string]string{}, strings.Fields(line)...)
		if !errors.Is(err, errUsage) || exitCode(err) != 2 || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, exit code %d; want %q and 2", line, err, exitCode(err), want)
		}
	}
	if _, err := run(t, map[string]string{}, "migrate"); exitCode(err) != 1 {
		t.Errorf("a failure: %v, exit code %d", err, exitCode(err))
	}
}

func TestASigningKeysIDMayBeginWithAHyphen(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"keys drop -hMJi83KnQMrK1T57DdserNdbEU6aKZ6CtViPzOKJ8x", "keys drop -- -hMJi83KnQMrK1T57DdserNdbEU6aKZ6CtViPzOKJ8x",
		"keys drop --MJi83KnQMrK1T57DdserNdbEU6aKZ6CtViPzOKJ8x",
	} {
		out, err := run(t, map[string]string{}, strings.Fields(line)...)
		if err == nil || !strings.Contains(err.Error(), "DATABASE_URL is not set") {
			t.Errorf("%q: error %v, want one about DATABASE_URL\n%s", line, err, out)
		}
	}
}

func TestShellsCompleteCommands(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if out, err := run(t, nil, "completion", shell); err != nil || !strings.Contains(out, "user-management-service") {
			t.Errorf("%s: %v\n%.200s", shell, err, out)
		}
	}
	out, err := run(t, nil, "__complete", "keys", "re")
	if err != nil || !strings.HasPrefix(out, "re-encrypt\t") || !strings.Contains(out, "\nremove\t") {
		t.Errorf("%v:\n%s", err, out)
	}
}

func TestVersionIsThatOfTheBuildOrOfTheLinker(t *testing.T) {
	t.Parallel()
	for _, arg := range []string{"version", "--version", "-v"} {
		if out, err := run(t, nil, arg); err != nil || !strings.HasPrefix(out, "user-management-service ") || strings.Count(out, "\n") != 1 {
			t.Errorf("%s: %v: %s", arg, err, out)
		}
	}
	built := func(v string) *debug.BuildInfo { return &debug.BuildInfo{Main: debug.Module{Version: v}} }
	for _, tt := range []struct {
		info         *debug.BuildInfo
		linked, want string
	}{
		{built("v1.2.3"), "v9", "v1.2.3"}, {built("(devel)"), "v1.2.3", "v1.2.3"}, {built(""), "v1.2.3", "v1.2.3"},
		{nil, "v1.2.3", "v1.2.3"}, {nil, "", "unknown"},
	} {
		if got := versionOf(tt.info, tt.linked); got != tt.want {
			t.Errorf("version %q of %+v and %q, want %q", got, tt.info, tt.linked, tt.want)
		}
	}
}

func TestCredentialsCreateNamesWhatIsWrongWithTheClientID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"a b": "contains the character ' '", "": "is empty", "örders": "contains the character 'ö'",
		strings.Repeat("x", 65): "is 65 characters long",
	} {
		out, err := run(t, nil, "credentials", "create", id)
		if exitCode(err) != 2 || !strings.Contains(err.Error(), "the client id "+want) || out != "" {
			t.Errorf("%q: error %v, output %q", id, err, out)
		}
	}
}
