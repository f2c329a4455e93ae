package main

import (
	"fmt"

	envoyjwt "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/jwt_authn/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/emptypb"

	securityv1 "istio.io/api/security/v1beta1"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/slices"
)

// withPresence gives a jwt_authn filter the requirement of rules among which some have presence REQUIRED. The field is in istio.io/api
// 1.32.0; Istio's module that translates it (istio/istio pull request 60830) is not published as a Go module, so this is that pull request's
// description in code: a required provider stands bare, an optional one beside allow_missing, and all of them must hold. Once the module can be
// had, this file goes.
func withPresence(filters []*hcm.HttpFilter, policies []config.Config) ([]*hcm.HttpFilter, error) {
	rules := []*securityv1.JWTRule{}
	for _, policy := range policies {
		rules = append(rules, policy.Spec.(*securityv1.RequestAuthentication).JwtRules...)
	}
	// As newPolicyApplier sorts them: providers are numbered in this order.
	slices.SortBy(rules, func(rule *securityv1.JWTRule) string { return rule.GetIssuer() })
	anyRequired := false
	all := []*envoyjwt.JwtRequirement{}
	for i, rule := range rules {
		provider := &envoyjwt.JwtRequirement{
			RequiresType: &envoyjwt.JwtRequirement_ProviderName{ProviderName: fmt.Sprintf("origins-%d", i)},
		}
		if rule.GetPresence() == securityv1.JWTRule_REQUIRED {
			anyRequired = true
			all = append(all, provider)
			continue
		}
		missing := &envoyjwt.JwtRequirement{RequiresType: &envoyjwt.JwtRequirement_AllowMissing{AllowMissing: &emptypb.Empty{}}}
		all = append(all, &envoyjwt.JwtRequirement{RequiresType: &envoyjwt.JwtRequirement_RequiresAny{
			RequiresAny: &envoyjwt.JwtRequirementOrList{Requirements: []*envoyjwt.JwtRequirement{provider, missing}},
		}})
	}
	if !anyRequired {
		return filters, nil
	}
	requirement := all[0]
	if len(all) > 1 {
		requirement = &envoyjwt.JwtRequirement{RequiresType: &envoyjwt.JwtRequirement_RequiresAll{
			RequiresAll: &envoyjwt.JwtRequirementAndList{Requirements: all},
		}}
	}
	for _, filter := range filters {
		authn := &envoyjwt.JwtAuthentication{}
		if !filter.GetTypedConfig().MessageIs(authn) {
			continue
		}
		if err := filter.GetTypedConfig().UnmarshalTo(authn); err != nil {
			return nil, err
		}
		for _, rule := range authn.Rules {
			rule.RequirementType = &envoyjwt.RequirementRule_Requires{Requires: requirement}
		}
		changed, err := anypb.New(authn)
		if err != nil {
			return nil, err
		}
		filter.ConfigType = &hcm.HttpFilter_TypedConfig{TypedConfig: changed}
	}
	return filters, nil
}

// authenticationsOf lists the RequestAuthentications that select a proxy, in the order of their rules.
func authenticationsOf(push *model.PushContext, proxy *model.Proxy) []config.Config {
	selected := push.AuthnPolicies.GetJwtPoliciesForWorkload(model.PolicyMatcherForProxy(proxy).WithService(nil))
	policies := []config.Config{}
	for _, policy := range selected {
		policies = append(policies, *policy)
	}
	return policies
}
