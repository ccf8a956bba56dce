package passwordhash

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// phcOf returns a PHC string with a tag in hexadecimal digits, as RFCs print them.
func phcOf(head, salt, tag string) string {
	b, err := hex.DecodeString(strings.ReplaceAll(tag, " ", ""))
	if err != nil {
		panic(err)
	}
	return head + "$" + b64.EncodeToString([]byte(salt)) + "$" + b64.EncodeToString(b)
}

// Published vectors, and some that were generated with Python's hashlib.
var vectors = []struct{ source, password, hash string }{
	{"crypt_blowfish", "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
	{"crypt_blowfish", "U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"},
	{"crypt_blowfish as 2y", "U*U*", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"},
	{"phc-winner-argon2", "password", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA"},
	{"phc-winner-argon2", "password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"},
	{
		"RFC 7914, section 12", "pleaseletmein",
		phcOf("$scrypt$ln=14,r=8,p=1", "SodiumChloride", ""+
			`70 23 bd cb 3a fd 73 48 46 1c 06 cd 81 fd 38 eb fd a8 fb ba 90 4f 8e 3e a9 b5 43 f6 54 5d a1 f2 `+
			`d5 43 29 55 61 3f 0f cf 62 d4 97 05 24 2a 9a f9 e6 1e 85 dc 0d 65 1e 40 df cf 01 7b 45 57 58 87`),
	},
	{
		"RFC 7914, section 11", "passwd",
		phcOf("$pbkdf2-sha256$1", "salt", ""+
			`55 ac 04 6e 56 e3 08 9f ec 16 91 c2 25 44 b6 05 f9 41 85 21 6d de 04 65 e6 8b 9d 57 c2 0d ac bc `+
			`49 ca 9c cc f1 79 b6 45 99 16 64 b3 9d 77 ef 31 7c 71 b8 45 b1 e3 0b d5 09 11 20 41 d3 a1 97 83`),
	},
	{"RFC 6070", "password", phcOf("$pbkdf2$4096", "salt", `4b 00 79 01 b7 65 48 9a be ad 49 d9 26 f7 21 d0 65 a4 29 c1`)},
	{"passlib", "password", "$pbkdf2-sha256$8000$XAuBMIYQQogxRg$tRRlz8hYn63B9LYiCd6PRo6FMiunY9ozmMMI3srxeRE"},
	{"hashlib", "correct horse battery staple", "$scrypt$ln=10,r=8,p=2$MDEyMzQ1Njc4OWFiY2RlZg$KhW5KLACpfR1HRqSPdg8ODHC9nzhpv0EHEqfwm5GJX4"},
	{"hashlib", "correct horse battery staple", "$pbkdf2-sha1$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$wmIXv0mv7iouqkc9CKjRvCX21po"},
	{"hashlib", "correct horse battery staple", "$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI"},
	{
		"hashlib", "correct horse battery staple",
		"$pbkdf2-sha512$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$5bTW2oeyDJyGJPcmEr+mRDE11ghpozWrDGnSNhRXo2ZCu0KHRDiUMAVEGzLJC+oDhRoeIja9J1iLIv9ptDJMfQ",
	},
	{
		"hashlib, in Django's format", "correct horse battery staple",
		"pbkdf2_sha256$1000$saltsalt$zzTVNkpdnDsQWZloN/zP8vUU74BCbHD/tDSXS4zXPSs=",
	},
}

func TestImportedHashesMatchTheirPasswordAndAreStale(t *testing.T) {
	t.Parallel()
	h := newHasher(cheap, Pepper{ID: "p", Key: make([]byte, 32)})
	for _, v := range vectors {
		t.Run(v.source+" "+v.hash[:12], func(t *testing.T) {
			t.Parallel()
			if err := h.Recognize(domain.PasswordHash(v.hash)); err != nil {
				t.Fatal(err)
			}
			for password, want := range map[string]ports.Match{v.password: {OK: true, Outdated: true}, v.password + "x": {}} {
				p, err := domain.ParsePassword(password)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := h.Verify(context.Background(), domain.HashWaiter{}, p, domain.PasswordHash(v.hash)); err != nil || got != want {
					t.Errorf("%q: %+v, %v; want %+v", password, got, err, want)
				}
			}
		})
	}
}

// Other systems pass bcrypt the first 72 octets of a longer password.
func TestBcryptOfALongPassword(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("correct horse ", 9)
	stored, err := bcrypt.GenerateFromPassword([]byte(long[:72]), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	p, err := domain.ParsePassword(long)
	if err != nil {
		t.Fatal(err)
	}
	got, err := newHasher(cheap).Verify(context.Background(), domain.HashWaiter{}, p, domain.PasswordHash(stored))
	if err != nil || !got.OK || !got.Outdated {
		t.Errorf("Verify returned %+v, %v; want OK and Stale", got, err)
	}
}

func TestUnsupportedHashesAreNotRecognized(t *testing.T) {
	t.Parallel()
	h := newHasher(cheap)
	tag, salt := strings.Repeat("A", 43), strings.Repeat("A", 22)
	for name, stored := range map[string]string{
		"an empty string":         "",
		"MD5":                     "5f4dcc3b5aa765d61d8327deb882cf99",
		"md5crypt":                "$1$28772684$iEwNOgGugqO9.bIz5sk8k/",
		"a plain password":        "correct horse battery staple",
		"bcrypt, too cheap":       "$2a$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"bcrypt, truncated":       "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
		"scrypt without a tag":    "$scrypt$ln=14,r=8,p=1$" + salt + "$",
		"PBKDF2 with MD5":         "$pbkdf2-md5$1000$" + salt + "$" + tag,
		"PBKDF2 with a short tag": "$pbkdf2-sha256$1000$" + salt + "$AAAA",
		"Argon2i, too little":     "$argon2i$v=19$m=8,t=2,p=2$" + salt + "$" + tag,
		"Argon2id, too little":    "$argon2id$v=19$m=8,t=2,p=2$" + salt + "$" + tag,
		"bcrypt of no such cost":  "$2a$32$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"Argon2d":                 "$argon2d$v=19$m=65536,t=2,p=1$" + salt + "$" + tag,
		"an unknown pepper":       "$argon2id$v=19$m=64,t=1,p=1,keyid=eA$" + salt + "$" + tag,
	} {
		err := h.Recognize(domain.PasswordHash(stored))
		if !errors.Is(err, ports.ErrUnknownHash) || stored != "" && strings.Contains(err.Error(), stored) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParseImported(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.hash)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parsed, err := parseImported(s)
		if (parsed == nil) != (err != nil) {
			t.Errorf("%q: %v, %v", s, parsed, err)
		}
		if err != nil && len(s) > 20 && strings.Contains(err.Error(), s) {
			t.Errorf("the error contains the hash: %v", err)
		}
	})
}
