# The policy of the bench for OPA, as its documentation verifies tokens: io.jwt.decode_verify with the issuer's key set.
package envoy.authz

default answer := {"allowed": false, "status": 403}

authorization := input.attributes.request.http.headers.authorization

token := trim_prefix(authorization, "Bearer ")

# A token that names audiences is refused without `aud`.
verified := io.jwt.decode_verify(token, {"cert": data.jwks, "iss": data.issuer, "aud": data.audience, "alg": "RS256"})

good if verified[0] == true

claims := verified[2] if good

answer := {"allowed": false, "status": 401} if {
	authorization
	not good
}

answer := {"allowed": true} if {
	input.attributes.request.http.method == "GET"
	input.attributes.request.http.path == "/headers"
	some scope in split(claims.scope, " ")
	scope in {"write:database", "read:headers"}
}
