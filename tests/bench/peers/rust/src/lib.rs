//! The policy of the bench as a proxy-wasm filter on the usual crates: proxy-wasm, and jsonwebtoken with the RustCrypto implementations, which are the ones that
//! compile to wasm. Keys are made when the configuration is read.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use serde::Deserialize;
use std::collections::HashMap;
use std::rc::Rc;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Warn);
    proxy_wasm::set_root_context(|_| Box::new(Root { policy: None }));
}}

#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks: JwkSet,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    scope: String,
}

struct Policy {
    keys: HashMap<String, DecodingKey>,
    validation: Validation,
}

struct Root {
    policy: Option<Rc<Policy>>,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, _size: usize) -> bool {
        let Some(bytes) = self.get_plugin_configuration() else { return false };
        let Ok(configuration) = serde_json::from_slice::<Configuration>(&bytes) else { return false };
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&[&configuration.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        validation.validate_aud = false;
        let mut keys = HashMap::new();
        for jwk in &configuration.jwks.keys {
            let Ok(key) = DecodingKey::from_jwk(jwk) else { return false };
            keys.insert(jwk.common.key_id.clone().unwrap_or_default(), key);
        }
        self.policy = Some(Rc::new(Policy { keys, validation }));
        true
    }

    fn create_http_context(&self, _context: u32) -> Option<Box<dyn HttpContext>> {
        let policy = self.policy.clone()?;
        Some(Box::new(Request { policy }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct Request {
    policy: Rc<Policy>,
}

impl Request {
    fn claims(&self, token: &str) -> Option<Claims> {
        let kid = decode_header(token).ok()?.kid.unwrap_or_default();
        let key = self.policy.keys.get(&kid)?;
        decode::<Claims>(token, key, &self.policy.validation).ok().map(|data| data.claims)
    }

    fn allows(&self, claims: &Claims) -> bool {
        claims.scope.split(' ').any(|scope| scope == "read:headers" || scope == "write:database")
            && self.get_http_request_header(":method").as_deref() == Some("GET")
            && self.get_http_request_header(":path").as_deref() == Some("/headers")
    }

    fn refuse(&self, status: u32, body: &str) -> Action {
        self.send_http_response(status, vec![], Some(body.as_bytes()));
        Action::Pause
    }
}

impl Context for Request {}

impl HttpContext for Request {
    fn on_http_request_headers(&mut self, _count: usize, _end: bool) -> Action {
        let Some(authorization) = self.get_http_request_header("authorization") else {
            return self.refuse(403, "RBAC: access denied");
        };
        let claims = authorization.strip_prefix("Bearer ").and_then(|token| self.claims(token));
        match claims {
            None => self.refuse(401, "Jwt verification fails"),
            Some(claims) if self.allows(&claims) => Action::Continue,
            Some(_) => self.refuse(403, "RBAC: access denied"),
        }
    }
}
