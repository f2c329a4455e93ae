package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/proto"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/config/kube/extensions"
	"istio.io/istio/pilot/pkg/config/memory"
	"istio.io/istio/pilot/pkg/networking/core"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/test"
	"istio.io/istio/pkg/test/util/retry"
	"istio.io/istio/pkg/wellknown"
)

// extension is what Istio makes of a WasmPlugin or TrafficExtension for one workload.
type extension struct {
	// Inbound and Outbound are the names of the HTTP filters of its listeners, in chain order, each chain once.
	Inbound  [][]string `json:"inbound"`
	Outbound [][]string `json:"outbound"`
	// Configs are the filters' configurations, as istiod sends them by ECDS.
	Configs []json.RawMessage `json:"configs"`
	// Clusters are those of the services that the resources declare.
	Clusters []json.RawMessage `json:"clusters"`
}

// extensionOf runs the resources through istiod: WasmPlugins become TrafficExtensions, these become filters.
func extensionOf(t test.Failer, q query) *extension {
	configs, _, err := crd.ParseInputs(q.Resources)
	if err != nil {
		t.Fatal(err)
	}
	istio := core.NewConfigGenTest(t, core.TestOptions{
		Configs: append(configs, translated(t, configs)...), MeshConfig: mesh.DefaultMeshConfig(),
	})
	proxy := istio.SetupProxy(q.Workload.proxy())
	result := &extension{Inbound: [][]string{}, Outbound: [][]string{}}
	wanted := map[string]bool{}
	for _, l := range istio.Listeners(proxy) {
		for _, chain := range httpFilters(t, l) {
			if l.Name == "virtualInbound" {
				result.Inbound = withChain(result.Inbound, chain)
			} else {
				result.Outbound = withChain(result.Outbound, chain)
			}
			for _, name := range chain {
				wanted[name] = true
			}
		}
	}
	var names []string
	for name := range wanted {
		if strings.HasPrefix(name, "extensions.istio.io/") {
			names = append(names, name)
		}
	}
	for _, c := range istio.ConfigGen.BuildExtensionConfiguration(proxy, istio.PushContext(), names, nil) {
		result.Configs = append(result.Configs, message(t, c))
	}
	for _, c := range istio.Clusters(proxy) {
		if strings.HasPrefix(c.Name, "outbound|") {
			result.Clusters = append(result.Clusters, message(t, c))
		}
	}
	return result
}

// translated are the TrafficExtensions that istiod reads WasmPlugins as.
func translated(t test.Failer, configs []config.Config) []config.Config {
	store := memory.NewController(memory.MakeSkipValidation(collections.Pilot))
	plugins := 0
	for _, c := range configs {
		if c.GroupVersionKind != gvk.WasmPlugin {
			continue
		}
		plugins++
		if _, err := store.Create(c); err != nil {
			t.Fatal(err)
		}
	}
	if plugins == 0 {
		return nil
	}
	stop := test.NewStop(t)
	go store.Run(stop)
	controller := extensions.NewController(store, nil, nil)
	go controller.Run(stop)
	retry.UntilOrFail(t, func() bool {
		return controller.HasSynced() && len(controller.List(gvk.TrafficExtension, "")) == plugins
	}, retry.Timeout(10*time.Second))
	return controller.List(gvk.TrafficExtension, "")
}

// httpFilters are the names of the HTTP filters in each filter chain of a listener.
func httpFilters(t test.Failer, l *listener.Listener) [][]string {
	var chains [][]string
	for _, chain := range append(l.FilterChains, l.DefaultFilterChain) {
		for _, filter := range chain.GetFilters() {
			if filter.Name != wellknown.HTTPConnectionManager {
				continue
			}
			manager := &hcm.HttpConnectionManager{}
			if err := filter.GetTypedConfig().UnmarshalTo(manager); err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, f := range manager.HttpFilters {
				names = append(names, f.Name)
			}
			chains = append(chains, names)
		}
	}
	return chains
}

func withChain(chains [][]string, chain []string) [][]string {
	for _, known := range chains {
		if fmt.Sprint(known) == fmt.Sprint(chain) {
			return chains
		}
	}
	return append(chains, chain)
}

func message(t test.Failer, m proto.Message) json.RawMessage {
	text, err := sorted(m)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
