package deploy

import (
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

const unit = "../../deploy/systemd/user-management-service.service"

// maxExposure is that of `systemd-analyze security`, times ten: from 0 (nothing is exposed) to 100. It is 14 with systemd 252.
const maxExposure = 20

func TestTheUnitIsHardened(t *testing.T) {
	t.Parallel()
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Fatal("this test needs systemd-analyze: install systemd, which need not run")
	}
	out, err := exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--no-pager", unit).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	found := regexp.MustCompile(`Overall exposure level for .*: (\d+)\.(\d)`).FindSubmatch(out)
	if found == nil {
		t.Fatalf("no exposure level in\n%s", out)
	}
	exposure, err := strconv.Atoi(string(found[1]) + string(found[2]))
	if err != nil || exposure > maxExposure {
		t.Errorf("the exposure is %d, more than %d\n%s", exposure, maxExposure, out)
	}
}
