package istio

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// restricted asks Pod Security's own rules, as they are now and as they first were.
func restricted(t *testing.T, name string, m *metav1.ObjectMeta, spec *corev1.PodSpec) {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	must(t, err)
	for _, version := range []api.Version{api.LatestVersion(), api.MajorMinorVersion(1, 30)} {
		all := policy.AggregateCheckResults(evaluator.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: version}, m, spec))
		if !all.Allowed {
			t.Errorf("%s, %s: %s", name, version.String(), all.ForbiddenDetail())
		}
	}
}

func TestPodSecurity(t *testing.T) {
	objects := deployed(t)
	for name, d := range byName[appsv1.Deployment](objects) {
		restricted(t, name, &d.Spec.Template.ObjectMeta, &d.Spec.Template.Spec)
	}
	for name, n := range byName[corev1.Namespace](objects) {
		level, err := api.ParseLevel(n.Labels[api.EnforceLevelLabel])
		if err != nil || level != api.LevelRestricted {
			t.Errorf("namespace %s enforces %s", name, level)
		}
	}
	for _, o := range kubernetes(t, render(t, "rules", "--format", "istio")["client.yaml"]) {
		pod := o.(*corev1.Pod)
		restricted(t, "the client", &pod.ObjectMeta, &pod.Spec)
	}
}
