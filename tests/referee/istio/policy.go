package main

import (
	"encoding/json"
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	securityv1 "istio.io/api/security/v1beta1"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/gvk"
)

// dryRunAnnotation is what `"dryRun": true` of a pluginConfig entry stands for.
const dryRunAnnotation = "istio.io/dry-run"

// pluginConfig is the part of this project's configuration that Istio knows too; the specs are left to protobuf.
type pluginConfig struct {
	RequestAuthentications []map[string]json.RawMessage `json:"requestAuthentications"`
	AuthorizationPolicies  []map[string]json.RawMessage `json:"authorizationPolicies"`
	TrustDomain            string                       `json:"trustDomain"`
	TrustDomainAliases     []string                     `json:"trustDomainAliases"`
}

// entry is one policy of a pluginConfig: its metadata, and its spec as the user wrote it.
type entry struct {
	name, namespace string
	dryRun          bool
	spec            json.RawMessage
}

func newEntry(fields map[string]json.RawMessage) (entry, error) {
	var e entry
	spec := map[string]json.RawMessage{}
	for name, value := range fields {
		var target any
		switch name {
		case "name":
			target = &e.name
		case "namespace":
			target = &e.namespace
		case "dryRun":
			target = &e.dryRun
		default:
			spec[name] = value
			continue
		}
		if err := json.Unmarshal(value, target); err != nil {
			return e, fmt.Errorf("%s: %w", name, err)
		}
	}
	var err error
	e.spec, err = json.Marshal(spec)
	return e, err
}

func (e entry) annotations() map[string]string {
	if e.dryRun {
		return map[string]string{dryRunAnnotation: "true"}
	}
	return nil
}

// requestAuthentications reads the RequestAuthentications in the order given, which becomes their order of creation.
func (p pluginConfig) requestAuthentications() ([]config.Config, error) {
	var configs []config.Config
	for i, fields := range p.RequestAuthentications {
		e, err := newEntry(fields)
		if err != nil {
			return nil, fmt.Errorf("requestAuthentications[%d].%w", i, err)
		}
		spec := &securityv1.RequestAuthentication{}
		if err := protojson.Unmarshal(e.spec, spec); err != nil {
			return nil, fmt.Errorf("requestAuthentications[%d]: %w", i, err)
		}
		configs = append(configs, config.Config{
			Meta: config.Meta{
				GroupVersionKind: gvk.RequestAuthentication, Name: e.name, Namespace: e.namespace,
				CreationTimestamp: time.Unix(int64(i+1), 0),
			},
			Spec: spec,
		})
	}
	return configs, nil
}

// authorizationPolicies reads the AuthorizationPolicies in the order given.
func (p pluginConfig) authorizationPolicies() ([]config.Config, error) {
	var configs []config.Config
	for i, fields := range p.AuthorizationPolicies {
		e, err := newEntry(fields)
		if err != nil {
			return nil, fmt.Errorf("authorizationPolicies[%d].%w", i, err)
		}
		spec := &securityv1.AuthorizationPolicy{}
		if err := protojson.Unmarshal(e.spec, spec); err != nil {
			return nil, fmt.Errorf("authorizationPolicies[%d]: %w", i, err)
		}
		configs = append(configs, config.Config{
			Meta: config.Meta{
				GroupVersionKind: gvk.AuthorizationPolicy, Name: e.name, Namespace: e.namespace, Annotations: e.annotations(),
			},
			Spec: spec,
		})
	}
	return configs, nil
}

// byAction sorts policies into the lists from which Istio builds one rbac filter for each action.
func byAction(configs []config.Config) model.AuthorizationPoliciesResult {
	var result model.AuthorizationPoliciesResult
	for _, c := range configs {
		spec := c.Spec.(*securityv1.AuthorizationPolicy)
		policy := model.AuthorizationPolicy{Name: c.Name, Namespace: c.Namespace, Annotations: c.Annotations, Spec: spec}
		switch spec.GetAction() {
		case securityv1.AuthorizationPolicy_ALLOW:
			result.Allow = append(result.Allow, policy)
		case securityv1.AuthorizationPolicy_DENY:
			result.Deny = append(result.Deny, policy)
		case securityv1.AuthorizationPolicy_AUDIT:
			result.Audit = append(result.Audit, policy)
		case securityv1.AuthorizationPolicy_CUSTOM:
			result.Custom = append(result.Custom, policy)
		}
	}
	return result
}
