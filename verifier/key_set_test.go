package verifier

import (
	"testing"
)

func TestKeySetsWithOtherKeys(t *testing.T) {
	t.Parallel()
	const other = `{"kty":"OKP","crv":"Ed25519","use":"enc","kid":"b","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	const key = `{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	for name, tt := range map[string]struct {
		set  string
		want int // 0 is an error
	}{
		"of the service":       {`{"keys":[` + key + `]}`, 1},
		"with an unknown one":  {`{"keys":[{"kty":"NEW","kid":"b"},7,` + key + `]}`, 1},
		"with one for another": {`{"keys":[` + other + `,` + key + `]}`, 1},
		"none":                 {`{"keys":[]}`, 0},
		"without kid":          {`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`, 0},
		"a symmetric key":      {`{"keys":[{"kty":"oct","kid":"a","k":"AAAA"}]}`, 0},
		"a page of a proxy":    {`<html>`, 0},
	} {
		set, err := parseKeySet([]byte(tt.set))
		if tt.want == 0 && err == nil || tt.want > 0 && (err != nil || len(set.byID) != tt.want) {
			t.Errorf("%s: %v, %v", name, set, err)
		}
	}
}
