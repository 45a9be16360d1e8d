//! What programs call: documents, tokens, registration.

use crate::cors::open_to_all;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form as Body, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use rihla_smart::{Error, Form, INTROSPECT, JWKS, METADATA, OPENID, REGISTER, REVOKE, Refused, Reply, SMART, Smart, TOKEN};
use std::sync::Arc;

/// The largest form or description.
const BODY: usize = 64 << 10;

type Fields = Result<Body<Vec<(String, String)>>, FormRejection>;

/// `mount`: where the FHIR interface stands.
pub fn routes(smart: Arc<Smart>, mount: &str) -> Router {
    Router::new()
        .route(METADATA, get(metadata))
        .route(OPENID, get(metadata))
        .route(JWKS, get(jwks))
        .route(&format!("{mount}{SMART}"), get(configuration))
        .route(TOKEN, post(token))
        .route(REVOKE, post(revoke))
        .route(INTROSPECT, post(introspect))
        .route(REGISTER, post(register))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn(open_to_all))
        .with_state(smart)
}

async fn metadata(State(smart): State<Arc<Smart>>) -> Response {
    said(smart.metadata())
}

async fn jwks(State(smart): State<Arc<Smart>>) -> Response {
    said(smart.jwks())
}

async fn configuration(State(smart): State<Arc<Smart>>) -> Response {
    said(smart.smart_configuration())
}

async fn token(State(smart): State<Arc<Smart>>, headers: HeaderMap, fields: Fields) -> Response {
    let given = async { smart.token(&form(fields)?, authorization(&headers)).await };
    answered(given.await.map(|tokens| tokens.reply()))
}

async fn revoke(State(smart): State<Arc<Smart>>, headers: HeaderMap, fields: Fields) -> Response {
    answered(async { smart.revoke(&form(fields)?, authorization(&headers)).await }.await)
}

async fn introspect(State(smart): State<Arc<Smart>>, headers: HeaderMap, fields: Fields) -> Response {
    answered(async { smart.introspect(&form(fields)?, authorization(&headers)).await }.await)
}

async fn register(State(smart): State<Arc<Smart>>, body: Bytes) -> Response {
    answered(smart.register(&body).await)
}

fn form(fields: Fields) -> Result<Form, Refused> {
    let Body(pairs) = fields.map_err(|_| Refused::new(Error::InvalidRequest, "A form is expected, as application/x-www-form-urlencoded."))?;
    Form::new(pairs)
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or("?"))
}

fn answered(reply: Result<Reply, Refused>) -> Response {
    said(reply.unwrap_or_else(|refused| {
        if refused.error == Error::ServerError {
            tracing::error!("an endpoint of programs: {}", refused.text);
        }
        refused.reply()
    }))
}

fn said(reply: Reply) -> Response {
    let mut response = (StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), reply.body).into_response();
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}
