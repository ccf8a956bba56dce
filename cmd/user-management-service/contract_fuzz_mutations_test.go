package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf16"
)

// mutation changes one part of a request.
type mutation struct {
	name  string
	apply func(f *contractFuzzer, r *fuzzedRequest)
}

// mutate changes up to four parts of most requests. The text of a body is changed last.
func (f *contractFuzzer) mutate(r *fuzzedRequest) {
	if f.random.IntN(20) == 0 {
		return
	}
	groups := [][]mutation{credentialMutations, headerMutations, methodMutations, pathMutations, queryMutations}
	if len(r.members) > 0 {
		groups = append(groups, memberMutations, memberMutations, memberMutations)
	}
	for range 1 + f.random.IntN(3) {
		f.apply(r, pick(f, groups))
	}
	r.render()
	if f.random.IntN(4) == 0 {
		f.apply(r, bodyMutations)
	}
}

func (f *contractFuzzer) apply(r *fuzzedRequest, group []mutation) {
	m := pick(f, group)
	m.apply(f, r)
	r.mutations = append(r.mutations, m.name)
}

func pick[T any](f *contractFuzzer, all []T) T { return all[f.random.IntN(len(all))] }

// bytesOf returns n random bytes between least and most.
func (f *contractFuzzer) bytesOf(n int, least, most byte) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = least + byte(f.random.IntN(int(most-least)+1))
	}
	return string(text)
}

var credentialMutations = []mutation{
	{"no credential", func(_ *contractFuzzer, r *fuzzedRequest) { r.drop("Authorization") }},
	{"another kind of credential", func(f *contractFuzzer, r *fuzzedRequest) {
		if r.op.scheme == "serviceCredential" {
			r.set("Authorization", "Bearer "+f.world.user.pair.AccessToken)
		} else {
			r.set("Authorization", asService().Get("Authorization"))
		}
	}},
	{"the refresh token", func(f *contractFuzzer, r *fuzzedRequest) {
		r.set("Authorization", "Bearer "+f.world.user.pair.RefreshToken)
	}},
	{"a changed access token", func(f *contractFuzzer, r *fuzzedRequest) {
		token := []byte(f.world.user.pair.AccessToken)
		token[f.random.IntN(len(token))] = "AZaz09-_.="[f.random.IntN(10)]
		r.set("Authorization", "Bearer "+string(token))
	}},
	{"two credentials", func(f *contractFuzzer, r *fuzzedRequest) {
		r.header = append(r.header, "Authorization: "+pick(f, credentials), "Authorization: "+pick(f, credentials))
	}},
	{"a wrong credential", func(f *contractFuzzer, r *fuzzedRequest) { r.set("Authorization", pick(f, credentials)) }},
	{"a wrong service credential", func(f *contractFuzzer, r *fuzzedRequest) {
		r.set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pick(f, []string{
			"", ":", "example-service", devClientID + ":", ":" + devClientSecret, devClientID + ":wrong", "%zz:%", "\xff:\x00", "a:b:c",
		}))))
	}},
}

var credentials = []string{
	"", "Bearer", "Bearer ", "Bearer x", "bearer x.y.z", "Bearer  two  spaces", "Bearer a,b", "Bearer \xff", "Basic", "Basic !", "Basic YQ",
	"Digest username=\"x\"", "Token x", "Bearer " + strings.Repeat("x", 9000), "Bearer eyJhbGciOiJub25lIn0.e30.", "x", "\"", "Negotiate =",
}

var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
	http.MethodTrace, "PROPFIND", "QUERY", "post", "Get", "X", "M-SEARCH", "GETGETGETGETGETGETGETGETGETGETGETGETGETGETGETGET",
}

var methodMutations = []mutation{
	{"another method", func(f *contractFuzzer, r *fuzzedRequest) { r.method = pick(f, methods) }},
}

var ids = []string{
	"", "x", "0", "-1", someID, strings.ToUpper(someID), "{" + someID + "}", "urn:uuid:" + someID, strings.ReplaceAll(someID, "-", ""),
	"00000000-0000-0000-0000-000000000000", someID + "0", someID[:35], someID + "%20", "%00", "%ff", "..", "%2e%2e", "a%2Fb", "'%20OR%201=1",
	strings.Repeat("a", 5000), "%F0%9F%98%80", "0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2bzz", ":id", "*", "{id}", ";x=1",
}

var pathMutations = []mutation{
	{"another id", func(f *contractFuzzer, r *fuzzedRequest) {
		r.path = r.op.canonicalPath(pick(f, ids))
		r.moved = r.path != r.op.path
	}},
	{"an encoded character", func(f *contractFuzzer, r *fuzzedRequest) {
		i := f.random.IntN(len(r.path))
		r.path, r.moved = fmt.Sprintf("%s%%%02X%s", r.path[:i], r.path[i], r.path[i+1:]), true
	}},
	{"another ending", func(f *contractFuzzer, r *fuzzedRequest) {
		r.path += pick(f, []string{
			"/", "//", "/.", "/..", "/x", ";x", "%00", "%0a", "%ff", "%20", ".json", "%2f", "*", ":", "@", "\\", "%5c", "%3F", "+",
		})
		r.moved = true
	}},
	{"another beginning", func(f *contractFuzzer, r *fuzzedRequest) {
		r.path = pick(f, []string{"/", "/.", "/x/..", "/v1", "/%2e", "//evil.example", "/api", "/\\", "/%ff"}) + r.path
		r.moved = true
	}},
	{"upper case", func(_ *contractFuzzer, r *fuzzedRequest) { r.path, r.moved = strings.ToUpper(r.path), true }},
	{"a whole URL", func(_ *contractFuzzer, r *fuzzedRequest) {
		r.moved = r.moved || !strings.HasPrefix(r.path, "/")
		r.path = "http://localhost" + r.path
	}},
	{"no valid path", func(f *contractFuzzer, r *fuzzedRequest) {
		r.path = pick(f, []string{"*", "%", "%zz", "login", "/%zz", "?", "/ /", "/\x01", "/\xff", "http://", "/" + strings.Repeat("a", 20<<10)})
		r.moved = true
	}},
}

var queryMutations = []mutation{
	{"a query", func(f *contractFuzzer, r *fuzzedRequest) {
		r.query = "?" + pick(f, []string{
			"", "x=1", "x", "=", "&", "&&=", "x=1&x=2", "%zz", "%", "a=%ff", "a=%00", ";", "a;b", "access_token=x", "token=x", "client_id=x",
			"password=x", strings.Repeat("a", 8000), strings.Repeat("a=1&", 2000), "\xff", "a[]=1", "since[]=1", "<script>", "?", "#",
		})
	}},
	{"a cursor", func(f *contractFuzzer, r *fuzzedRequest) {
		r.query = "?since=" + pick(f, []string{
			"", "x", "AAZJq7vYFgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", strings.Repeat("A", 43), strings.Repeat("_", 43), strings.Repeat("-", 42),
			strings.Repeat("A", 44), strings.Repeat("%ff", 43), "%00", strings.Repeat("A", 42) + "=", "x&since=y", "&Since=x", "9999999999999999999",
		})
	}},
}

// lengths of texts, besides those of the schema. The longest body is 64 KiB.
var lengths = []int{0, 1, 2, 255, 256, 257, 1000, 4096, 4097, 65000, 66000}

// runes are of each length in UTF-8; some vanish or join others in normal forms, and two are invisible.
var runes = []string{"a", "é", "e\u0301", "ß", "漢", "😀", "\u3164", "\u200b", " ", "İ", "\u202e", "ﬁ", "Å", "가"}

// texts are those that parsers tend to treat wrongly.
var texts = []string{
	"", " ", "\t", "a@b", "@", "a@", "@b.example", "a@b@c.example", `"a b"@example.com`, "a@[127.0.0.1]", "ä@ö.example", "a@xn--a.example",
	"a@b..example", ".a@example.com", "a@example.com.", "a@-b.example", "a@" + strings.Repeat("b", 64) + ".example", "Ada <a@example.com>",
	"a@example.com, b@example.com", "a@example.com\r\nBcc: b@example.com", "=?utf-8?q?a?=@example.com", "DE", "de", "XX", "DE-BY", "Bayern",
	"GB-LND", "FR", "VA", "AQ", "' OR '1'='1", "<script>alert(1)</script>", "${jndi:ldap://x}", "../../etc/passwd", "%00", "%s%n", "\u202eabc",
	"a\u0000b", "\ufeffa", "\U0010ffff", "\ue000", "NaN", "null", "undefined", "1e999", "0x10", "true", "svfy_", "srst_x", "srev_x", "sref_x",
	"sdev_x", "eyJhbGciOiJub25lIn0.e30.", strings.Repeat("password", 3), "𝒜da", "a\u0300\u0301\u0302\u0303\u0304", "\u1100\u1161\u11a8",
}

// values are JSON of each type, and some that is none.
var values = []string{
	`null`, `true`, `false`, `0`, `-0`, `-1`, `1.5`, `1e400`, `-1e-400`, `123456789012345678901234567890`, `""`, `" "`, `[]`, `{}`, `[null]`,
	`["a"]`, `{"a":{"b":[]}}`, `"\u0000"`, `"\ud800"`, `"\udc00\ud800"`, "\"\xff\xfe\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", `"\x41"`, `"a`,
	`'a'`, `NaN`, `Infinity`, `undefined`, `01`, `+1`, `.5`, `1.`, `0x10`, `tru`, `"\/"`, "\"a\nb\"", "\"\x7f\"", `"a"/**/`,
	`[[[[[[[[]]]]]]]]`, ``,
}

func (f *contractFuzzer) member(r *fuzzedRequest) *fuzzedMember {
	return &r.members[f.random.IntN(len(r.members))]
}

// text is JSON of a text of hostile length or content.
func (f *contractFuzzer) text(r *fuzzedRequest, name string) string {
	sizes := lengths
	for _, media := range r.op.RequestBody.Value.Content {
		if property := media.Schema.Value.Properties[strings.Trim(name, `"`)]; property != nil && property.Value.MaxLength != nil {
			least, most := int(property.Value.MinLength), int(*property.Value.MaxLength)
			sizes = append([]int{max(0, least-1), least, most - 1, most, most + 1, 2 * most}, lengths...)
		}
	}
	text := strings.Repeat(pick(f, runes), pick(f, sizes))
	if f.random.IntN(2) == 0 {
		text = pick(f, texts)
	}
	encoded, err := encode(m{"text": text})
	if err != nil {
		panic(err) // a text has JSON
	}
	return strings.TrimSuffix(strings.TrimPrefix(string(encoded), `{"text":`), "}")
}

var memberMutations = []mutation{
	{"a member less", func(f *contractFuzzer, r *fuzzedRequest) {
		i := f.random.IntN(len(r.members))
		if len(r.members) > 1 {
			r.members = append(r.members[:i:i], r.members[i+1:]...)
		}
	}},
	{"another value", func(f *contractFuzzer, r *fuzzedRequest) { f.member(r).value = pick(f, values) }},
	{"another text", func(f *contractFuzzer, r *fuzzedRequest) {
		member := f.member(r)
		member.value = f.text(r, member.name)
	}},
	{"random bytes as a value", func(f *contractFuzzer, r *fuzzedRequest) {
		f.member(r).value = `"` + f.bytesOf(f.random.IntN(40), 0, 255) + `"`
	}},
	{"an unknown member", func(f *contractFuzzer, r *fuzzedRequest) {
		name := pick(f, []string{
			`"is_admin"`, `"__proto__"`, `""`, `"Email"`, `"id"`, `"\u0000"`, "\"\xff\"", `"` + strings.Repeat("x", 3000) + `"`,
		})
		r.members = append(r.members, fuzzedMember{name, pick(f, values)})
	}},
	{"a repeated member", func(f *contractFuzzer, r *fuzzedRequest) {
		r.members = append(r.members, fuzzedMember{f.member(r).name, pick(f, values)})
	}},
	{"another case", func(f *contractFuzzer, r *fuzzedRequest) {
		member := f.member(r)
		member.name = strings.ToUpper(member.name)
	}},
	{"an escaped name", func(f *contractFuzzer, r *fuzzedRequest) {
		member := f.member(r)
		member.name = fmt.Sprintf(`"\u%04x%s`, member.name[1], member.name[2:])
	}},
}

var bodyMutations = []mutation{
	{"another body", func(f *contractFuzzer, r *fuzzedRequest) {
		r.body = pick(f, append([]string{" ", "\n", "a=b", "<a/>", "{}{}"}, values...))
	}},
	{"a changed byte", func(f *contractFuzzer, r *fuzzedRequest) {
		if r.body != "" {
			i := f.random.IntN(len(r.body))
			r.body = r.body[:i] + f.bytesOf(1, 0, 255) + r.body[i+1:]
		}
	}},
	{"truncated", func(f *contractFuzzer, r *fuzzedRequest) { r.body = r.body[:f.random.IntN(len(r.body)+1)] }},
	{"more after the end", func(f *contractFuzzer, r *fuzzedRequest) {
		r.body += pick(f, []string{"x", "{}", "\x00", "\n", "&", "&a=b", "\xef\xbb\xbf", ",", "//", "=", "%", "%zz"})
	}},
	{"a byte order mark", func(_ *contractFuzzer, r *fuzzedRequest) { r.body = "\xef\xbb\xbf" + r.body }},
	{"UTF-16", func(_ *contractFuzzer, r *fuzzedRequest) {
		var encoded bytes.Buffer
		for _, unit := range utf16.Encode([]rune(r.body)) {
			encoded.Write([]byte{byte(unit), byte(unit >> 8)})
		}
		r.body = encoded.String()
	}},
	{"deeply nested", func(_ *contractFuzzer, r *fuzzedRequest) { r.body = strings.Repeat(`{"a":[`, 9000) }},
	{"too long", func(_ *contractFuzzer, r *fuzzedRequest) { r.body += strings.Repeat(" ", 64<<10) }},
	{"random bytes", func(f *contractFuzzer, r *fuzzedRequest) { r.body = f.bytesOf(f.random.IntN(200), 0, 255) }},
	{"gzip", func(f *contractFuzzer, r *fuzzedRequest) {
		var encoded bytes.Buffer
		compressor := gzip.NewWriter(&encoded)
		_, _ = compressor.Write([]byte(r.body))
		_ = compressor.Close()
		r.body = encoded.String()
		r.set("Content-Encoding", pick(f, []string{"gzip", "identity", "br", "x"}))
	}},
	{"chunked", func(_ *contractFuzzer, r *fuzzedRequest) { r.header = append(r.header, chunked) }},
}

// headers are lines that a service may take for more than they are, with values that parsers tend to treat wrongly.
var headers = []string{
	"Accept: text/html", "Accept: text/event-stream", "Accept: application/xml;q=1, */*;q=0", "Accept: ;;,,q=x", "Accept: \xff", "Accept:",
	"Accept-Encoding: gzip, br;q=0", "Accept-Charset: utf-16", "Accept-Language: tlh, *;q=x", "Range: bytes=0-1", "If-None-Match: *",
	"If-Match: \"x\"", "If-Modified-Since: Sat, 29 Oct 2094 19:43:31 GMT", "If-Unmodified-Since: x", "Origin: https://evil.example",
	"Origin: null", "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: x", "Cookie: a=b; c", "Referer: \xff",
	"X-HTTP-Method-Override: DELETE", "X-Method-Override: PUT", "X-Original-URL: /livez", "X-Rewrite-URL: /livez",
	"X-Forwarded-For: x, 1.2.3.4",
	"X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "Forwarded: for=\"[::1]\";proto=x", "X-Real-IP: ::ffff:1.2.3.4",
	"X-Request-Id: \xff", "X-Request-Id: a b", "X-Request-Id: 1\t2", "Traceparent: 00-0-0-0", "Tracestate: =,=", "Expect: 100-continue",
	"Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", "Upgrade: websocket", "TE: trailers",
	"Trailer: Authorization", "Max-Forwards: 0", "Via: x", "Last-Event-ID: x", "Last-Event-ID: " + strings.Repeat("A", 43), "User-Agent: \x80",
	"Prefer: respond-async", "Content-Language: x", "Content-MD5: x", "Digest: x", "Content-Range: bytes 0-1/2", "DNT: 1", "Priority: u=9",
	"Idempotency-Key: x", "Idempotency-Key:", "Idempotency-Key: " + strings.Repeat("k", 131), "Idempotency-Key: \"" + someID + "\"",
	"Idempotency-Key: \"" + someID, "Idempotency-Key: " + strings.Repeat("\xff", 20), "Idempotency-Key: " + someID,
}

// refusedHeaders are lines that the HTTP server itself may refuse.
var refusedHeaders = []string{
	"Host: other", "Bad Name: x", "X: \x01", "Expect: 200-ok", "X-Long: " + strings.Repeat("x", 20<<10), ": x", "x", "X\x80: y",
	"Content-Length : 1", " folded",
}

var contentTypes = []string{
	"", "text/plain", "application/json; charset=latin1", "application/json; charset=UTF-8", "application/json;", "APPLICATION/JSON",
	"application/json, text/html", "application/jsonx", "application/problem+json", formType, "multipart/form-data; boundary=x", "json",
	"\xff",
	"application/json; x=\"", "application/xml", "application/json;charset=utf-8;charset=utf-16",
}

var headerMutations = []mutation{
	{"no content type", func(_ *contractFuzzer, r *fuzzedRequest) { r.drop("Content-Type") }},
	{"another content type", func(f *contractFuzzer, r *fuzzedRequest) { r.set("Content-Type", pick(f, contentTypes)) }},
	{"two content types", func(f *contractFuzzer, r *fuzzedRequest) {
		r.header = append(r.header, "Content-Type: "+pick(f, contentTypes))
	}},
	{"a header", func(f *contractFuzzer, r *fuzzedRequest) { r.header = append(r.header, pick(f, headers)) }},
	{"several headers", func(f *contractFuzzer, r *fuzzedRequest) {
		r.header = append(r.header, pick(f, headers), pick(f, headers), pick(f, headers))
	}},
	{"a random header", func(f *contractFuzzer, r *fuzzedRequest) {
		r.header = append(r.header, "X-"+f.bytesOf(5, 'a', 'z')+": "+f.bytesOf(f.random.IntN(300), ' ', '~'))
	}},
	{"a header to refuse", func(f *contractFuzzer, r *fuzzedRequest) {
		r.header, r.refusable = append(r.header, pick(f, refusedHeaders)), true
	}},
	{"another host", func(f *contractFuzzer, r *fuzzedRequest) {
		r.set("Host", pick(f, []string{"", "evil.example", "[::1", "a b", "a:99999", "\xff", "a/b", "a,b", "localhost:80@x"}))
		r.refusable = true
	}},
	{"no host", func(_ *contractFuzzer, r *fuzzedRequest) {
		r.drop("Host")
		r.refusable = true
	}},
}
