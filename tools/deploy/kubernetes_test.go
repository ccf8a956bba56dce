package deploy

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/kubectl-validate/pkg/openapiclient"
	"sigs.k8s.io/kubectl-validate/pkg/validator"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

const (
	base = "../../deploy/kubernetes"
	// kubernetes is the newest version whose schemas kubectl-validate contains.
	kubernetes = "1.30"
)

// manifests are the objects that Kustomize makes of the base, in YAML, by their kind.
var manifests = sync.OnceValues(func() (map[string][]byte, error) {
	made, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), base)
	if err != nil {
		return nil, err
	}
	byKind := map[string][]byte{}
	for _, object := range made.Resources() {
		if byKind[object.GetKind()], err = object.AsYAML(); err != nil {
			return nil, err
		}
	}
	return byKind, nil
})

// decode reads the object of a kind into the type of Kubernetes.
func decode(t *testing.T, kind string, into any) {
	t.Helper()
	byKind, err := manifests()
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(byKind[kind], into); err != nil || byKind[kind] == nil {
		t.Fatalf("%s: %v", kind, err)
	}
}

func TestKubernetesAcceptsTheManifests(t *testing.T) {
	t.Parallel()
	byKind, err := manifests()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := validator.New(openapiclient.NewHardcodedBuiltins(kubernetes))
	if err != nil {
		t.Fatal(err)
	}
	for kind, text := range byKind {
		if err := check(schemas, text); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	for _, broken := range [][2]string{{"replicas:", "replicaz:"}, {"replicas: 3", "replicas: three"}, {"path: /livez", "path: 1"}} {
		text := bytes.Replace(byKind["Deployment"], []byte(broken[0]), []byte(broken[1]), 1)
		if check(schemas, text) == nil {
			t.Errorf("%q is accepted: this test cannot fail", broken[1])
		}
	}
}

func check(schemas *validator.Validator, text []byte) error {
	_, object, err := schemas.Parse(text)
	if err != nil {
		return err
	}
	return schemas.Validate(object)
}

// The service, the budget and the policy select the pods that they are for.
func TestSelectorsSelectTheirPods(t *testing.T) {
	t.Parallel()
	var deployment appsv1.Deployment
	var job batchv1.Job
	var service corev1.Service
	var budget policyv1.PodDisruptionBudget
	var policy networkingv1.NetworkPolicy
	decode(t, "Deployment", &deployment)
	decode(t, "Job", &job)
	decode(t, "Service", &service)
	decode(t, "PodDisruptionBudget", &budget)
	decode(t, "NetworkPolicy", &policy)
	server, migration := labels.Set(deployment.Spec.Template.Labels), labels.Set(job.Spec.Template.Labels)
	for _, c := range []struct {
		of               string
		selector         *metav1.LabelSelector
		ofServer, ofJobs bool
	}{
		{"Deployment", deployment.Spec.Selector, true, false},
		{"topologySpreadConstraints", deployment.Spec.Template.Spec.TopologySpreadConstraints[0].LabelSelector, true, false},
		{"Service", &metav1.LabelSelector{MatchLabels: service.Spec.Selector}, true, false},
		{"PodDisruptionBudget", budget.Spec.Selector, true, false},
		{"NetworkPolicy", &policy.Spec.PodSelector, true, true},
	} {
		selector, err := metav1.LabelSelectorAsSelector(c.selector)
		if err != nil || selector.Empty() || selector.Matches(server) != c.ofServer || selector.Matches(migration) != c.ofJobs {
			t.Errorf("%s selects with %v, %v", c.of, selector, err)
		}
	}
}

// A policy without one of the types allows all traffic of that direction.
func TestThePolicyLimitsBothDirections(t *testing.T) {
	t.Parallel()
	var policy networkingv1.NetworkPolicy
	decode(t, "NetworkPolicy", &policy)
	want := []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress}
	if !slices.Equal(policy.Spec.PolicyTypes, want) {
		t.Errorf("the policy is for %v", policy.Spec.PolicyTypes)
	}
	for _, rule := range policy.Spec.Ingress {
		if len(rule.From) == 0 || len(rule.Ports) == 0 {
			t.Errorf("%+v admits all", rule)
		}
	}
	for _, rule := range policy.Spec.Egress {
		if len(rule.Ports) == 0 {
			t.Errorf("%+v admits all", rule)
		}
	}
}

// pods are the specs of all pods.
func pods(t *testing.T) []corev1.PodSpec {
	t.Helper()
	var deployment appsv1.Deployment
	var job batchv1.Job
	decode(t, "Deployment", &deployment)
	decode(t, "Job", &job)
	return []corev1.PodSpec{deployment.Spec.Template.Spec, job.Spec.Template.Spec}
}

// The pods fulfill the standard "restricted" of Kubernetes, and write to no file system.
func TestPodsAreRestricted(t *testing.T) {
	t.Parallel()
	for _, pod := range pods(t) {
		container := pod.Containers[0]
		own, of := container.SecurityContext, pod.SecurityContext
		if !*of.RunAsNonRoot || *of.RunAsUser != 65532 || of.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault ||
			*own.AllowPrivilegeEscalation || !*own.ReadOnlyRootFilesystem || own.Capabilities.Drop[0] != "ALL" ||
			*pod.AutomountServiceAccountToken || container.Resources.Limits.Memory().IsZero() {
			t.Errorf("%s: %+v %+v", container.Name, of, own)
		}
		for _, volume := range pod.Volumes {
			if volume.Secret == nil || *volume.Secret.DefaultMode != 0o440 {
				t.Errorf("%s: the volume %s is not a secret of mode 0440", container.Name, volume.Name)
			}
		}
	}
}

// Each probe asks a path that the service has, at a port that the container names.
func TestProbesAskTheService(t *testing.T) {
	t.Parallel()
	container := pods(t)[0].Containers[0]
	ports := map[string]int32{}
	for _, p := range container.Ports {
		ports[p.Name] = p.ContainerPort
	}
	settings := settingsOf(t)
	if got := "HTTP_ADDR=" + settings["HTTP_ADDR"] + " ADMIN_ADDR=" + settings["ADMIN_ADDR"]; got != "HTTP_ADDR=:8080 ADMIN_ADDR=:9090" ||
		ports["http"] != 8080 || ports["admin"] != 9090 {
		t.Errorf("%s, ports %v", got, ports)
	}
	for path, probe := range map[string]*corev1.Probe{
		"/livez": container.LivenessProbe, "/readyz": container.ReadinessProbe,
	} {
		if probe.HTTPGet.Path != path || probe.HTTPGet.Port.String() != "http" {
			t.Errorf("%+v, want %s", probe.HTTPGet, path)
		}
	}
	if container.StartupProbe.HTTPGet.Path != "/livez" {
		t.Errorf("%+v", container.StartupProbe.HTTPGet)
	}
}

// settingsOf are the settings of the server and of the migration.
func settingsOf(t *testing.T) map[string]string {
	t.Helper()
	var config corev1.ConfigMap
	decode(t, "ConfigMap", &config)
	all := config.Data
	for _, pod := range pods(t) {
		for _, variable := range pod.Containers[0].Env {
			all[variable.Name] = variable.Value
		}
	}
	return all
}

// Each setting exists, and each file is in the folder of the secrets.
func TestSettingsExist(t *testing.T) {
	t.Parallel()
	c := exec.CommandContext(t.Context(), "go", "run", "-tags", "production", "./cmd/user-management-service", "--help")
	c.Dir = "../.."
	help, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	folder := pods(t)[0].Containers[0].VolumeMounts[0].MountPath
	for name, value := range settingsOf(t) {
		if name != "GOMEMLIMIT" && !strings.Contains(string(help), "\n  "+name+" ") {
			t.Errorf("there is no setting %s", name)
		}
		if strings.HasSuffix(name, "_FILE") && filepath.Dir(value) != folder {
			t.Errorf("%s is %s, which is not in %s", name, value, folder)
		}
	}
}
