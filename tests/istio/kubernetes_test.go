package istio

import (
	"os/exec"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// kubernetes decodes objects as strictly as the API server does for kubectl --validate=strict.
func kubernetes(t *testing.T, text []byte) (objects []runtime.Object) {
	t.Helper()
	codec := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	for _, doc := range documents(t, text) {
		o, _, err := codec.Decode(doc, nil, nil)
		if err != nil {
			t.Fatalf("%v in %s", err, doc)
		}
		objects = append(objects, o)
	}
	return objects
}

// deployed is what `kubectl apply -k deploy/kubernetes` applies.
func deployed(t *testing.T) []runtime.Object {
	t.Helper()
	return built(t, "deploy/kubernetes")
}

func built(t *testing.T, folder string) []runtime.Object {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), root+"/"+folder)
	must(t, err)
	text, err := built.AsYaml()
	must(t, err)
	return kubernetes(t, text)
}

func TestDeploy(t *testing.T) {
	kinds := map[string]int{}
	for _, o := range deployed(t) {
		kind := o.GetObjectKind().GroupVersionKind().Kind
		kinds[kind]++
		m, err := meta.Accessor(o)
		must(t, err)
		if kind != "Namespace" && m.GetNamespace() != "livefilter" {
			t.Errorf("%s %s is in namespace %q", kind, m.GetName(), m.GetNamespace())
		}
		if m.GetLabels()["app.kubernetes.io/part-of"] != "livefilter" {
			t.Errorf("%s %s has labels %v", kind, m.GetName(), m.GetLabels())
		}
	}
	for kind, n := range map[string]int{
		"Namespace": 1, "Deployment": 2, "Service": 2, "ConfigMap": 2, "PodDisruptionBudget": 2, "NetworkPolicy": 2,
	} {
		if kinds[kind] != n {
			t.Errorf("%d of %s, want %d", kinds[kind], kind, n)
		}
	}
}

// Where Istio is, the server takes its workloads too, and nothing else is different.
func TestDeployBesideIstio(t *testing.T) {
	objects := built(t, "deploy/kubernetes-istio")
	if plain := deployed(t); len(plain) != len(objects) {
		t.Errorf("%d objects, and %d without Istio", len(objects), len(plain))
	}
	pod := byName[appsv1.Deployment](objects)["xds-server"].Spec.Template
	restricted(t, "the server beside Istio", &pod.ObjectMeta, &pod.Spec)
	c := pod.Spec.Containers[0]
	mount, volume := c.VolumeMounts[len(c.VolumeMounts)-1], pod.Spec.Volumes[len(pod.Spec.Volumes)-1]
	if args := c.Args[len(c.Args)-2:]; args[0] != "--tls-client-ca" || args[1] != mount.MountPath+"/root-cert.pem" ||
		mount.Name != volume.Name || volume.ConfigMap.Name != "istio-ca-root-cert" {
		t.Errorf("%v, %+v, %+v", args, mount, volume)
	}
}

// The config in the ConfigMap is one that the server takes.
func TestDeployedConfig(t *testing.T) {
	out, err := exec.Command(xdsServer, "validate", root+"/deploy/kubernetes/config/livefilter.yaml").CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// What a user applies and what a pod gets by hand are known to Kubernetes.
func TestIstioObjects(t *testing.T) {
	for config := range configs {
		files := render(t, config, "--format", "istio")
		for _, name := range []string{"config-map.yaml", "client.yaml"} {
			if n := len(kubernetes(t, files[name])); n != 1 {
				t.Errorf("%s: %d objects in %s", config, n, name)
			}
		}
	}
}
