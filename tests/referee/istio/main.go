// Command referee answers, for each policy it is given, two questions with real Istio's own code: which Envoy filters
// would istiod generate for it, and what would Istio's validation say about it.
//
// It reads JSON lines from standard input and writes one JSON line for each to standard output, in the same order.
// A line is either a pluginConfig of this project,
//
//	{"id": "...", "policy": {"requestAuthentications": [...], "authorizationPolicies": [...], "trustDomain": "..."}}
//
// where every policy applies to the workload, or Istio resources as YAML, where Istio's own selection decides:
//
//	{"id": "...", "resources": "apiVersion: security.istio.io/v1\n...", "workload": {"namespace": "foo", "labels": {...}, "type": "sidecar"}}
//
// With "extension": true the second form asks what Istio makes of a WasmPlugin or TrafficExtension among the resources instead: the
// answer has "extension", see the type. A third form fetches a module as Istio's agent does,
//
//	{"id": "...", "fetch": {"url": "oci://127.0.0.1:5000/jwt-policy:v1", "sha256": "..."}}
//
// and is answered with "module".
//
// The answer is {"id", "httpFilters": [...], "findings": [...], "error": "..."}: httpFilters are the HTTP filters in chain
// order (jwt_authn, then rbac for AUDIT, DENY and ALLOW), findings are what the CRD schema and the webhook object to.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"istio.io/istio/pilot/pkg/features"
	"istio.io/istio/pkg/jwt"
	"istio.io/istio/pkg/log"
)

// query is one line of the input.
type query struct {
	ID        string          `json:"id"`
	Policy    json.RawMessage `json:"policy,omitempty"`
	Resources string          `json:"resources,omitempty"`
	Workload  workload        `json:"workload"`
	Extension bool            `json:"extension,omitempty"`
	Fetch     *fetch          `json:"fetch,omitempty"`
}

// answer is one line of the output.
type answer struct {
	ID          string            `json:"id"`
	HTTPFilters []json.RawMessage `json:"httpFilters"`
	Findings    []finding         `json:"findings,omitempty"`
	Extension   *extension        `json:"extension,omitempty"`
	Module      *module           `json:"module,omitempty"`
	Error       string            `json:"error,omitempty"`
}

func main() {
	// As with PILOT_JWT_ENABLE_REMOTE_JWKS=envoy: a jwksUri stays remote, in the cluster outbound|port||host.
	features.JwksFetchMode = jwt.Envoy
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "referee:", err)
		os.Exit(1)
	}
}

func run() error {
	var queries []query
	decoder := json.NewDecoder(bufio.NewReader(os.Stdin))
	for decoder.More() {
		var q query
		if err := decoder.Decode(&q); err != nil {
			return fmt.Errorf("line %d: %w", len(queries)+1, err)
		}
		queries = append(queries, q)
	}
	validators, err := newValidators()
	if err != nil {
		return err
	}
	answers, err := answerAll(queries, validators)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, a := range answers {
		if err := encoder.Encode(a); err != nil {
			return err
		}
	}
	return out.Flush()
}
