package main

import (
	"encoding/json"
	"fmt"

	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking"
	"istio.io/istio/pilot/pkg/networking/core"
	"istio.io/istio/pilot/pkg/networking/plugin/authn"
	"istio.io/istio/pilot/pkg/networking/plugin/authz"
	"istio.io/istio/pilot/pkg/security/authz/builder"
	"istio.io/istio/pilot/pkg/security/trustdomain"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/test"
)

// workload is the proxy for which Istio generates configuration.
type workload struct {
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels"`
	Type      string            `json:"type"`
}

func (w workload) proxy() *model.Proxy {
	kind := model.SidecarProxy
	switch w.Type {
	case "gateway":
		kind = model.Router
	case "waypoint":
		kind = model.Waypoint
	}
	return &model.Proxy{
		Type: kind, ConfigNamespace: w.Namespace, Labels: w.Labels,
		Metadata: &model.NodeMetadata{Namespace: w.Namespace, Labels: w.Labels},
	}
}

// answerAll answers every query. One Istio in memory serves all pluginConfigs: each has a namespace of its own in it,
// so that thousands of policies cost one start.
func answerAll(queries []query, validators *validators) ([]answer, error) {
	answers := make([]answer, len(queries))
	parsed := make([]pluginConfig, len(queries))
	var all []config.Config
	for i, q := range queries {
		answers[i].ID = q.ID
		if q.Policy == nil {
			continue
		}
		if err := json.Unmarshal(q.Policy, &parsed[i]); err != nil {
			answers[i].Error = err.Error()
			continue
		}
		requests, err := parsed[i].requestAuthentications()
		if err != nil {
			answers[i].Error = err.Error()
			continue
		}
		for n, c := range requests {
			c.Name, c.Namespace = fmt.Sprintf("ra-%06d", n), namespaceOf(i)
			all = append(all, c)
		}
		answers[i].Findings = validators.policy(parsed[i])
	}
	err := test.Wrap(func(t test.Failer) {
		istio := core.NewConfigGenTest(t, core.TestOptions{Configs: all})
		for i, q := range queries {
			if q.Policy == nil || answers[i].Error != "" {
				continue
			}
			proxy := istio.SetupProxy(workload{Namespace: namespaceOf(i)}.proxy())
			filters := authn.NewBuilder(istio.PushContext(), proxy).BuildHTTP(networking.ListenerClassSidecarInbound)
			filters, err := withPresence(filters, authenticationsOf(istio.PushContext(), proxy))
			var rbac []*hcm.HttpFilter
			if err == nil {
				rbac, err = rbacFilters(parsed[i])
			}
			if err == nil {
				answers[i].HTTPFilters, err = marshal(append(filters, rbac...))
			}
			if err != nil {
				answers[i].Error = err.Error()
			}
		}
	})
	if err != nil {
		return nil, err
	}
	for i, q := range queries {
		if q.Fetch != nil {
			if answers[i].Module, err = fetched(*q.Fetch); err != nil {
				answers[i].Error = err.Error()
			}
		}
		if q.Resources == "" {
			continue
		}
		answers[i].Findings = validators.yaml(q.Resources)
		if q.Extension {
			if err := test.Wrap(func(t test.Failer) { answers[i].Extension = extensionOf(t, q) }); err != nil {
				answers[i].Error = err.Error()
			}
			continue
		}
		if err := test.Wrap(func(t test.Failer) { answers[i].HTTPFilters = selected(t, q) }); err != nil {
			answers[i].Error = err.Error()
		}
	}
	return answers, nil
}

func namespaceOf(i int) string { return fmt.Sprintf("w%d", i) }

// rbacFilters builds the filters of policies that all apply: no selection, so any namespace may appear in their names.
func rbacFilters(p pluginConfig) ([]*hcm.HttpFilter, error) {
	configs, err := p.authorizationPolicies()
	if err != nil {
		return nil, err
	}
	policies := byAction(configs)
	if len(policies.Custom) > 0 {
		return nil, fmt.Errorf("CUSTOM needs an extension provider")
	}
	trustDomain := p.TrustDomain
	if trustDomain == "" {
		trustDomain = "cluster.local"
	}
	b := builder.New(trustdomain.NewBundle(trustDomain, p.TrustDomainAliases), nil, policies, builder.Option{})
	if b == nil {
		return nil, nil
	}
	return b.BuildHTTP(), nil
}

// selected builds the filters of Istio resources for one workload, selection by namespace, labels and targetRefs included.
func selected(t test.Failer, q query) []json.RawMessage {
	istio := core.NewConfigGenTest(t, core.TestOptions{ConfigString: q.Resources, MeshConfig: mesh.DefaultMeshConfig()})
	proxy := istio.SetupProxy(q.Workload.proxy())
	class := networking.ListenerClassSidecarInbound
	if proxy.Type == model.Router {
		class = networking.ListenerClassGateway
	}
	filters := authn.NewBuilder(istio.PushContext(), proxy).BuildHTTP(class)
	filters, err := withPresence(filters, authenticationsOf(istio.PushContext(), proxy))
	if err != nil {
		t.Fatal(err)
	}
	filters = append(filters, authz.NewBuilder(authz.Local, istio.PushContext(), proxy, false).BuildHTTP(class)...)
	out, err := marshal(filters)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// marshal writes filters as JSON with sorted keys, since protojson varies its white space from build to build.
func marshal(filters []*hcm.HttpFilter) ([]json.RawMessage, error) {
	out := []json.RawMessage{}
	for _, f := range filters {
		text, err := sorted(f)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

func sorted(m proto.Message) (json.RawMessage, error) {
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return nil, err
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}
