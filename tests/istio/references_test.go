package istio

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingk8sv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// byName returns the objects of one type.
func byName[T any, P interface {
	*T
	metav1.Object
}](objects []runtime.Object) map[string]P {
	found := map[string]P{}
	for _, o := range objects {
		if o, ok := o.(P); ok {
			found[o.GetName()] = o
		}
	}
	return found
}

// podOf returns the one Deployment whose pods a selector selects.
func podOf(t *testing.T, objects []runtime.Object, who string, selector *metav1.LabelSelector) *corev1.PodTemplateSpec {
	t.Helper()
	s, err := metav1.LabelSelectorAsSelector(selector)
	must(t, err)
	var found []*corev1.PodTemplateSpec
	for _, d := range byName[appsv1.Deployment](objects) {
		if s.Matches(labels.Set(d.Spec.Template.Labels)) {
			found = append(found, &d.Spec.Template)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s selects %d Deployments", who, len(found))
	}
	return found[0]
}

// hasPort: a port that is named must be one of the pod's.
func hasPort(t *testing.T, who string, pod *corev1.PodTemplateSpec, port intstr.IntOrString) {
	t.Helper()
	ok := slices.ContainsFunc(pod.Spec.Containers[0].Ports, func(p corev1.ContainerPort) bool {
		return p.Name == port.StrVal || port.Type == intstr.Int && p.ContainerPort == port.IntVal
	})
	if !ok {
		t.Errorf("%s: no port %s in the pod", who, port.String())
	}
}

// Whatever one object says of another is so.
func TestReferences(t *testing.T) {
	objects := deployed(t)
	for name, s := range byName[corev1.Service](objects) {
		pod := podOf(t, objects, "Service "+name, &metav1.LabelSelector{MatchLabels: s.Spec.Selector})
		for _, p := range s.Spec.Ports {
			hasPort(t, "Service "+name, pod, p.TargetPort)
		}
	}
	for name, b := range byName[policyv1.PodDisruptionBudget](objects) {
		podOf(t, objects, "PodDisruptionBudget "+name, b.Spec.Selector)
	}
	for name, p := range byName[networkingk8sv1.NetworkPolicy](objects) {
		pod := podOf(t, objects, "NetworkPolicy "+name, &p.Spec.PodSelector)
		for _, rule := range p.Spec.Ingress {
			for _, port := range rule.Ports {
				hasPort(t, "NetworkPolicy "+name, pod, *port.Port)
			}
			for _, from := range rule.From {
				if from.PodSelector != nil {
					podOf(t, objects, "NetworkPolicy "+name, from.PodSelector)
				}
			}
		}
	}
	configs := byName[corev1.ConfigMap](objects)
	for name, d := range byName[appsv1.Deployment](objects) {
		pod := podOf(t, objects, "Deployment "+name, d.Spec.Selector)
		for _, s := range pod.Spec.TopologySpreadConstraints {
			podOf(t, objects, "spread of "+name, s.LabelSelector)
		}
		c := pod.Spec.Containers[0]
		for _, mount := range c.VolumeMounts {
			i := slices.IndexFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == mount.Name })
			if i >= 0 && pod.Spec.Volumes[i].EmptyDir != nil {
				continue
			}
			if i >= 0 && pod.Spec.Volumes[i].Secret != nil {
				hasSecret(t, name, pod, mount, pod.Spec.Volumes[i].Secret)
				continue
			}
			if mount.SubPath != "" || !mount.ReadOnly {
				t.Errorf("%s: mount %+v", name, mount)
			}
			if i < 0 || configs[pod.Spec.Volumes[i].ConfigMap.Name] == nil {
				t.Fatalf("%s: nothing to mount for %s", name, mount.Name)
			}
			data := configs[pod.Spec.Volumes[i].ConfigMap.Name].Data
			for file := range data {
				used := func(by string) bool { return strings.Contains(by, mount.MountPath+"/"+file) }
				if !slices.ContainsFunc(c.Args, used) && !slices.ContainsFunc(slices.Collect(maps.Values(data)), used) {
					t.Errorf("%s: nobody uses %s/%s", name, mount.MountPath, file)
				}
			}
		}
		probes(t, name, pod)
	}
}

// hasSecret: what is mounted is made by the manifest for cert-manager and by the script, and the container's user may
// read the key, which nobody else may.
func hasSecret(t *testing.T, name string, pod *corev1.PodTemplateSpec, mount corev1.VolumeMount, secret *corev1.SecretVolumeSource) {
	t.Helper()
	for _, file := range []string{"cert-manager.yaml", "certs.sh"} {
		text, err := os.ReadFile(root + "/deploy/kubernetes/" + file)
		must(t, err)
		if !strings.Contains(string(text), secret.SecretName) {
			t.Errorf("%s: %s does not make %s", name, file, secret.SecretName)
		}
	}
	context := pod.Spec.SecurityContext
	if *secret.DefaultMode != 0o440 || *context.FSGroup != *context.RunAsGroup || secret.Optional != nil || !mount.ReadOnly || mount.MountPath != "/tls" {
		t.Errorf("%s: %+v at %+v", name, secret, mount)
	}
}

func probes(t *testing.T, name string, pod *corev1.PodTemplateSpec) {
	t.Helper()
	c := pod.Spec.Containers[0]
	for _, p := range []*corev1.Probe{c.ReadinessProbe, c.LivenessProbe} {
		switch {
		case p == nil:
		case p.HTTPGet != nil:
			hasPort(t, "probe of "+name, pod, p.HTTPGet.Port)
		case p.TCPSocket != nil:
			hasPort(t, "probe of "+name, pod, p.TCPSocket.Port)
		default:
			hasPort(t, "probe of "+name, pod, intstr.FromInt32(p.GRPC.Port))
		}
	}
	if c.ReadinessProbe == nil {
		t.Errorf("%s has no readiness probe", name)
	}
	if _, tag, _ := strings.Cut(c.Image, ":"); tag == "" || tag == "latest" {
		t.Errorf("%s runs %s", name, c.Image)
	}
}

// An edit changes the config's ConfigMap in place and rolls nothing; a change of Envoy's
// bootstrap rolls Envoy.
func TestNamesOfConfigMaps(t *testing.T) {
	names := fmt.Sprint(slices.Sorted(maps.Keys(byName[corev1.ConfigMap](deployed(t)))))
	if !strings.Contains(names, "xds-server-config]") || !strings.Contains(names, "[envoy-bootstrap-") {
		t.Error(names)
	}
}
