// Command opa is an ext_authz server with OPA as a library, for where OPA's own Envoy plugin is not to be had as a module. The query is prepared once; the cache
// for io.jwt, which OPA has off by default, is on.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	envoytype "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown/cache"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

type server struct {
	auth.UnimplementedAuthorizationServer
	query  rego.PreparedEvalQuery
	values cache.InterQueryValueCache
}

func (s *server) Check(ctx context.Context, request *auth.CheckRequest) (*auth.CheckResponse, error) {
	http := request.GetAttributes().GetRequest().GetHttp()
	input := map[string]any{"attributes": map[string]any{"request": map[string]any{"http": map[string]any{
		"method": http.GetMethod(), "path": http.GetPath(), "headers": http.GetHeaders(),
	}}}}
	results, err := s.query.Eval(ctx, rego.EvalInput(input), rego.EvalInterQueryBuiltinValueCache(s.values))
	if err != nil {
		return nil, err
	}
	answer, ok := results[0].Expressions[0].Value.(map[string]any)
	if ok && answer["allowed"] == true {
		return &auth.CheckResponse{Status: &status.Status{Code: int32(codes.OK)}}, nil
	}
	code := envoytype.StatusCode_Forbidden
	if number, _ := answer["status"].(json.Number); number == "401" {
		code = envoytype.StatusCode_Unauthorized
	}
	return &auth.CheckResponse{
		Status: &status.Status{Code: int32(codes.PermissionDenied)},
		HttpResponse: &auth.CheckResponse_DeniedResponse{DeniedResponse: &auth.DeniedHttpResponse{
			Status:  &envoytype.HttpStatus{Code: code},
			Headers: []*core.HeaderValueOption{},
			Body:    "denied",
		}},
	}, nil
}

// Usage: opa POLICY.rego DATA.json; prints the port that it listens on.
func main() {
	if err := serve(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, policyPath, dataPath string) error {
	policy, err := os.ReadFile(policyPath)
	if err != nil {
		return err
	}
	file, err := os.Open(dataPath)
	if err != nil {
		return err
	}
	query, err := rego.New(
		rego.Query("data.envoy.authz.answer"),
		rego.Module("policy.rego", string(policy)),
		rego.Store(inmem.NewFromReader(file)),
	).PrepareForEval(ctx)
	if err != nil {
		return err
	}
	config, err := cache.ParseCachingConfig([]byte(`{"inter_query_builtin_value_cache": {"named": {"io_jwt": {"max_num_entries": 100}}}}`))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	grpcServer := grpc.NewServer()
	auth.RegisterAuthorizationServer(grpcServer, &server{query: query, values: cache.NewInterQueryValueCache(ctx, config)})
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	return grpcServer.Serve(listener)
}
