package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	istiocrd "istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/crd"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/test/util/yml"
)

// finding is what Istio objects to in one resource. schema is the API server (structural schema and CEL of the CRD), webhook is
// istiod's validation, warning what istiod lets through with a remark.
type finding struct {
	Resource string `json:"resource"`
	Schema   string `json:"schema,omitempty"`
	Webhook  string `json:"webhook,omitempty"`
	Warning  string `json:"warning,omitempty"`
}

// validators holds the compiled CRD schemas.
type validators struct {
	crds *crd.Validator
}

// wantedCRDs are the kinds that this project reads or writes; compiling the CEL rules of all of Istio's takes longer.
var wantedCRDs = regexp.MustCompile(`(?m)^  name: (requestauthentications|authorizationpolicies|wasmplugins|trafficextensions|serviceentries|destinationrules|envoyfilters|gateways)\.`)

// crds reads the CRDs of the istio.io/api module that this program is built with: Istio's charts hold a copy of some version of them.
func crds() ([]byte, error) {
	directory, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "istio.io/api").Output()
	if err != nil {
		return nil, fmt.Errorf("go list -m istio.io/api: %w", err)
	}
	return os.ReadFile(filepath.Join(strings.TrimSpace(string(directory)), "kubernetes", "customresourcedefinitions.gen.yaml"))
}

func newValidators() (*validators, error) {
	all, err := crds()
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp("", "crd-*.yaml")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	for _, document := range bytes.Split(all, []byte("\n---\n")) {
		if wantedCRDs.Match(document) {
			if _, err := fmt.Fprintf(file, "%s\n---\n", document); err != nil {
				return nil, err
			}
		}
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	compiled, err := crd.NewValidatorFromFilesWithOptions([]string{file.Name()}, crd.WithoutCRDValidation())
	if err != nil {
		return nil, err
	}
	return &validators{crds: compiled}, nil
}

// policy validates the entries of a pluginConfig as the Kubernetes objects that they stand for.
func (v *validators) policy(p pluginConfig) []finding {
	var findings []finding
	check := func(kind string, list []map[string]json.RawMessage) {
		for i, fields := range list {
			e, err := newEntry(fields)
			if err != nil {
				findings = append(findings, finding{Resource: fmt.Sprintf("%s[%d]", kind, i), Schema: err.Error()})
				continue
			}
			text := fmt.Appendf(nil, `{"apiVersion":"security.istio.io/v1","kind":%q,"metadata":{"name":%q,"namespace":%q},"spec":%s}`,
				kind, e.name, e.namespace, e.spec)
			if f, bad := v.object(text); bad {
				findings = append(findings, f)
			}
		}
	}
	check("RequestAuthentication", p.RequestAuthentications)
	check("AuthorizationPolicy", p.AuthorizationPolicies)
	return findings
}

// yaml validates every document of a YAML text.
func (v *validators) yaml(text string) []finding {
	var findings []finding
	for _, document := range yml.SplitString(text) {
		if f, bad := v.object([]byte(document)); bad {
			findings = append(findings, f)
		}
	}
	return findings
}

// object validates one resource, given as JSON or YAML; false when Istio has nothing to say.
func (v *validators) object(text []byte) (finding, bool) {
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(text, object); err != nil {
		return finding{Schema: err.Error()}, true
	}
	f := finding{Resource: fmt.Sprintf("%s/%s/%s", object.GetKind(), object.GetNamespace(), object.GetName())}
	if err := v.crds.ValidateCustomResource(object); err != nil {
		f.Schema = err.Error()
	}
	configs, _, err := istiocrd.ParseInputs(string(text))
	if err != nil {
		f.Webhook = err.Error()
		return f, true
	}
	for _, c := range configs {
		f.Warning, f.Webhook = webhook(c)
	}
	return f, f.Schema != "" || f.Webhook != "" || f.Warning != ""
}

func webhook(c config.Config) (warning, objection string) {
	schema, found := collections.All.FindByGroupVersionKind(c.GroupVersionKind)
	if !found {
		return "", "unknown kind " + c.GroupVersionKind.String()
	}
	w, err := schema.ValidateConfig(c)
	if w != nil {
		warning = w.Error()
	}
	if err != nil {
		objection = err.Error()
	}
	return warning, objection
}
