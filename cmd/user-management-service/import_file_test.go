package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// importFile imports a file into a store, and returns what the command prints, without the summary.
func importFile(t *testing.T, store *memory.Store, file string) (lines []string, err error) {
	t.Helper()
	var out bytes.Buffer
	runtime := app.Runtime{Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }, NewID: newID}
	pseudonyms := app.NewPseudonyms(memory.MAC("key"))
	run := importRun{
		users: app.NewImport(store, &memory.Hasher{}, pseudonyms, app.NewAuditEvents(pseudonyms, runtime), runtime),
		out:   &out, lineOf: map[uint64]int{}, seed: maphash.MakeSeed(),
	}
	err = eachLine(strings.NewReader(file), func(n int, line []byte, err error) error {
		return run.importLine(context.Background(), n, line, err)
	})
	if err == nil {
		run.report()
		err = run.result()
	}
	return strings.Split(strings.TrimSpace(out.String()), "\n"), err
}

// userLine is the line of a user whose hash the hasher of importFile knows.
func userLine(email string) string {
	return importLineOf(email, string(memory.HashOfAnotherSystem(goodPassword)))
}

const summary = "%d imported, %d skipped because their email address has an account, %d invalid"

func TestImportNamesTheMembersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	with := func(member, value string) string {
		return strings.Replace(userLine("ada@example.com"), "{", "{"+member+":"+value+",", 1)
	}
	without := func(member string) string {
		before, after, _ := strings.Cut(userLine("ada@example.com"), `"`+member+`":"`)
		_, after, isMiddle := strings.Cut(after, `",`)
		if !isMiddle {
			return strings.TrimSuffix(before, ",") + "}"
		}
		return before + after
	}
	insteadOf := func(member, value string) string {
		return strings.Replace(without(member), "{", `{"`+member+`":`+value+`,`, 1)
	}
	const unknown = " is unknown; the members are email, full_name, country, state_province, password_hash, created_at"
	const noTime = "created_at is not a time with a time zone, like 2020-02-03T04:05:06Z"
	for line, want := range map[string]string{
		insteadOf("created_at", `"2020-02-03T04:05:06"`):       noTime,
		insteadOf("created_at", `"2020-02-03"`):                noTime,
		insteadOf("created_at", `"2020-02-30T04:05:06Z"`):      noTime,
		insteadOf("created_at", `""`):                          noTime,
		insteadOf("created_at", `1580702706`):                  "created_at is not a string",
		insteadOf("created_at", `"0001-01-01T00:00:00Z"`):      "created_at is before 1970; omit it if it is unknown",
		insteadOf("created_at", `"0001-01-01T00:00:00+09:00"`): "created_at is before 1970; omit it if it is unknown",
		insteadOf("email", `5`):                                "email is not a string",
		insteadOf("email", `{"secret":1}`):                     "email is not a string",
		insteadOf("email", `["secret"]`):                       "email is not a string",
		insteadOf("full_name", `true`):                         "full_name is not a string",
		insteadOf("country", `null`):                           "country is required",
		insteadOf("password_hash", `""`):                       "password_hash is required",
		insteadOf("password_hash", `null`):                     "password_hash is required",
		insteadOf("password_hash", `"$imported$costly$"`):      "password_hash costs too much to verify",
		insteadOf("password_hash", `"secret"`):                 "password_hash has an unsupported format",
		without("password_hash"):                               "password_hash is required",
		with(`"nick"`, `"secret"`):                             `"nick"` + unknown,
		with(`"Email"`, `"secret"`):                            `"Email"` + unknown,
		with(`"`+strings.Repeat("é", 50)+`"`, `1`):             `"` + strings.Repeat("é", 40) + `"...` + unknown,
		with(`"email"`, `"secret"`):                            "email appears more than once",
		with(`"created_at"`, `null`):                           "created_at appears more than once",
		with(`"nick"`, `"secret","id":7`):                      `"nick"` + unknown + `; "id"` + unknown,
		insteadOf("full_name", `7,"country":"DE"`):             "full_name is not a string; country appears more than once",
		`{"email":7,"nick":1}`: "email is not a string; \"nick\"" + unknown +
			"; full_name is required; country is required; password_hash is required",
		insteadOf("email", `secret`):            "email is not valid JSON at byte 10",
		insteadOf("full_name", `"\ud800"`):      "full_name is not valid JSON at byte 15",
		insteadOf("full_name", "\"\xe9cole\""):  "is not valid UTF-8",
		userLine("ada@example.com") + ",":       "has text after its JSON object",
		`"secret"`:                              "is not a JSON object",
		`email,full_name`:                       "is not valid JSON at byte 1",
		"[" + userLine("ada@example.com") + "]": "is a JSON array; write each user on one line, for example with jq -c '.[]'",
	} {
		got, err := importFile(t, memory.NewStore(), line)
		want := []string{"line 1: " + want, fmt.Sprintf(summary, 0, 0, 1)}
		if !slices.Equal(got, want) || !errors.Is(err, errInvalidLines) {
			t.Errorf("%s: %v\n got %q\nwant %q", line, err, got, want)
		}
	}
}

func TestImportReadsFilesOfOtherTools(t *testing.T) {
	t.Parallel()
	ada, bea := userLine("ada@example.com"), userLine("bea@example.com")
	withoutTime := strings.Replace(ada, `"2020-02-03T04:05:06Z"`, "null", 1)
	for name, file := range map[string]string{
		"byte order mark":                        "\uFEFF" + ada + "\n" + bea + "\n",
		"line endings of Windows":                "\uFEFF" + ada + "\r\n" + bea + "\r\n",
		"concatenated files":                     "\uFEFF" + ada + "\n\uFEFF" + bea,
		"blank lines, white space and no ending": "\n\uFEFF\n  " + ada + "\t\n\n" + bea,
		"null":                                   withoutTime + "\n" + bea,
	} {
		if got, err := importFile(t, memory.NewStore(), file); err != nil || !slices.Equal(got, []string{fmt.Sprintf(summary, 2, 0, 0)}) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, mark := range []string{"\xff\xfe", "\xfe\xff"} {
		if _, err := importFile(t, memory.NewStore(), mark+ada); !errors.Is(err, errUTF16) {
			t.Errorf("UTF-16: %v", err)
		}
	}
}

func TestAValueOfSeveralLinesIsReportedOnce(t *testing.T) {
	t.Parallel()
	pretty := func(email string) string {
		return strings.NewReplacer("{", "{\n  ", ",", ",\n  ", "}", "\n}").Replace(userLine(email))
	}
	bea := userLine("bea@example.com")
	const unfinished, array = "line %d: " + string(errUnfinished), "line %d: " + string(errArray)
	for file, want := range map[string][]string{
		pretty("ada@example.com"):              {fmt.Sprintf(unfinished, 1), fmt.Sprintf(summary, 0, 0, 1)},
		pretty("ada@example.com") + "\n" + bea: {fmt.Sprintf(unfinished, 1), fmt.Sprintf(summary, 1, 0, 1)},
		pretty("ada@example.com") + "\n\n" + pretty("cid@example.com"): {
			fmt.Sprintf(unfinished, 1), fmt.Sprintf(unfinished, 10), fmt.Sprintf(summary, 0, 0, 2),
		},
		"[\n" + pretty("ada@example.com") + ",\n" + bea + "\n]\n" + bea: {fmt.Sprintf(array, 1), fmt.Sprintf(summary, 1, 0, 1)},
		"[" + bea + ",\n" + bea + "]":                                   {fmt.Sprintf(array, 1), fmt.Sprintf(summary, 0, 0, 1)},
		// A line that was cut off costs no other line.
		bea[:len(bea)-1] + "\n" + bea:            {fmt.Sprintf(unfinished, 1), fmt.Sprintf(summary, 1, 0, 1)},
		bea[:30] + "\n" + bea:                    {fmt.Sprintf(unfinished, 1), fmt.Sprintf(summary, 1, 0, 1)},
		bea[:30] + "\nnull\n" + bea:              {fmt.Sprintf(unfinished, 1), "line 2: is not a JSON object", fmt.Sprintf(summary, 1, 0, 2)},
		"{\n\"full_name\":\"\\\"{[\"\n}\n" + bea: {fmt.Sprintf(unfinished, 1), fmt.Sprintf(summary, 1, 0, 1)},
	} {
		if got, err := importFile(t, memory.NewStore(), file); !slices.Equal(got, want) || !errors.Is(err, errInvalidLines) {
			t.Errorf("%v\n%s\n got %q\nwant %q", err, file, got, want)
		}
	}
}

func TestImportNamesTheLinesThatItSkips(t *testing.T) {
	t.Parallel()
	store := memory.NewStore()
	file := strings.Join([]string{
		userLine("ada@example.com"), userLine("bea@example.com"), userLine("ADA@example.com"), userLine("cid@example.com"),
		userLine("ada@EXAMPLE.com"),
	}, "\n")
	for n, want := range [][]string{
		{
			"line 3: skipped, because line 1 has its email address", "line 5: skipped, because line 1 has its email address",
			fmt.Sprintf(summary, 3, 2, 0),
		},
		{
			"line 3: skipped, because line 1 has its email address", "line 5: skipped, because line 1 has its email address",
			"had an account before, and skipped: lines 1-2, 4", fmt.Sprintf(summary, 0, 5, 0),
		},
	} {
		if got, err := importFile(t, store, file); !slices.Equal(got, want) || !errors.Is(err, errSameAddress) {
			t.Errorf("run %d: %v\n got %q\nwant %q", n+1, err, got, want)
		}
	}
	got, err := importFile(t, store, userLine("Bea@example.com"))
	if want := []string{"had an account before, and skipped: line 1", fmt.Sprintf(summary, 0, 1, 0)}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v\n got %q\nwant %q", err, got, want)
	}
}

// The whole way, from standard input to a login with the form of the password that the other system hashed.
func TestImportFromStandardInputOfAPasswordThatIsNotInNFC(t *testing.T) {
	t.Parallel()
	const composed, decomposed = "ma\u00f1ana otra d\u00eda", "man\u0303ana otra di\u0301a"
	long := strings.Repeat("correct horse battery ", 9)
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	s := startOn(t, databaseURL, keyset, newInbox(t))
	hash := func(password string) string {
		made, err := bcrypt.GenerateFromPassword([]byte(password)[:min(len(password), 72)], bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		return string(made)
	}
	in := importLineOf("ada@example.com", hash(decomposed)) + "\n" + importLineOf("bea@example.com", hash(long))
	var out bytes.Buffer
	p := program{environ: operatorEnviron(t, databaseURL, keyset), in: strings.NewReader(in), out: &out, errOut: &out}
	if err := p.run(t.Context(), []string{"admin", "import-users", "-"}); err != nil || !strings.HasPrefix(out.String(), "2 imported") {
		t.Fatalf("%v: %s", err, &out)
	}
	s.post(t, "/login", loginOf("ada@example.com", composed)).want(t, http.StatusUnauthorized)
	for _, form := range []string{decomposed, composed} {
		s.post(t, "/login", loginOf("ada@example.com", form)).want(t, http.StatusOK)
	}
	for range 2 {
		s.post(t, "/login", loginOf("bea@example.com", long)).want(t, http.StatusOK)
	}
	s.post(t, "/login", loginOf("bea@example.com", long[:domain.PasswordMaxLength])).want(t, http.StatusUnauthorized)
}
