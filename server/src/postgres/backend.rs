//! `Backend`: what pgwire calls for one connection, for the simple and for the extended protocol.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use futures::Sink;
use pgwire::api::auth::StartupHandler;
use pgwire::api::auth::noop::NoopStartupHandler;
use pgwire::api::cancel::CancelHandler;
use pgwire::api::portal::{Format, Portal};
use pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler};
use pgwire::api::results::{
    DescribePortalResponse, DescribeStatementResponse, FieldInfo, Response,
};
use pgwire::api::stmt::{QueryParser, StoredStatement};
use pgwire::api::store::PortalStore;
use pgwire::api::{
    ClientInfo, ClientPortalStore, METADATA_DATABASE, METADATA_USER, PgWireServerHandlers, Type,
};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage};
use prismlake_engine::{QueryService, sql};

use super::cancel::{Canceller, RunningQueries};
use super::errors::wire_error;
use super::parameters;
use super::responses;
use super::session::Session;

/// The handlers of one connection.
pub(super) struct Backend {
    connection: Arc<Connection>,
    canceller: Arc<Canceller>,
}

impl Backend {
    pub(super) fn new(service: QueryService, running: Arc<RunningQueries>) -> Self {
        Backend {
            connection: Arc::new(Connection {
                session: Session::new(service, Arc::clone(&running)),
                parser: Arc::new(TextParser),
            }),
            canceller: Arc::new(Canceller(running)),
        }
    }
}

impl PgWireServerHandlers for Backend {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        Arc::clone(&self.connection)
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        Arc::clone(&self.connection)
    }

    fn startup_handler(&self) -> Arc<impl StartupHandler> {
        Arc::clone(&self.connection)
    }

    fn cancel_handler(&self) -> Arc<impl CancelHandler> {
        Arc::clone(&self.canceller)
    }
}

struct Connection {
    session: Session,
    parser: Arc<TextParser>,
}

#[async_trait]
impl NoopStartupHandler for Connection {
    async fn post_startup<C>(
        &self,
        client: &mut C,
        _message: PgWireFrontendMessage,
    ) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let (process, secret) = client.pid_and_secret_key();
        let metadata = client.metadata();
        let principal = metadata.get(METADATA_USER).cloned().unwrap_or_default();
        let database = metadata.get(METADATA_DATABASE).cloned();
        self.session
            .begin(principal, database, process, secret)
            .await;
        Ok(())
    }
}

#[async_trait]
impl SimpleQueryHandler for Connection {
    async fn do_query<C>(&self, _client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let statements = sql::split_script(query).map_err(|error| wire_error(&error, query))?;
        let format = Format::UnifiedText;
        let mut answers = Vec::with_capacity(statements.len());
        for statement in statements {
            match responses::run(&self.session, &statement.text, &format).await {
                Ok(response) => answers.push(response),
                // What came before is answered first; nothing runs after an error.
                Err(PgWireError::UserError(info)) => {
                    answers.push(Response::Error(info));
                    break;
                }
                Err(other) => return Err(other),
            }
        }
        Ok(answers)
    }
}

#[async_trait]
impl ExtendedQueryHandler for Connection {
    type Statement = String;
    type QueryParser = TextParser;

    fn query_parser(&self) -> Arc<Self::QueryParser> {
        Arc::clone(&self.parser)
    }

    async fn do_describe_statement<C>(
        &self,
        _client: &mut C,
        target: &StoredStatement<Self::Statement>,
    ) -> PgWireResult<DescribeStatementResponse>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Self::Statement>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let text = &target.statement;
        let types: Vec<Type> = (0..parameters::parameter_count(text))
            .map(|place| parameter_type(target, place))
            .collect();
        // A value of each type stands in for what is not bound yet.
        let samples = types.iter().map(sample).collect::<Vec<String>>();
        let sampled = parameters::bind(text, &samples).map_err(|error| wire_error(&error, text))?;
        let fields = responses::describe_statement(&self.session, &sampled).await?;
        Ok(DescribeStatementResponse::new(types, fields))
    }

    async fn do_describe_portal<C>(
        &self,
        _client: &mut C,
        target: &Portal<Self::Statement>,
    ) -> PgWireResult<DescribePortalResponse>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Self::Statement>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let text = bound_text(target)?;
        let fields =
            responses::describe_portal(&self.session, &text, &target.result_column_format).await?;
        Ok(DescribePortalResponse::new(fields))
    }

    async fn do_query<C>(
        &self,
        _client: &mut C,
        portal: &Portal<Self::Statement>,
        _max_rows: usize,
    ) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Self::Statement>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let text = bound_text(portal)?;
        responses::run(&self.session, &text, &portal.result_column_format).await
    }
}

/// The type that the client gave a parameter; text where it gave none.
fn parameter_type(statement: &StoredStatement<String>, place: usize) -> Type {
    statement
        .parameter_types
        .get(place)
        .and_then(Clone::clone)
        .filter(|kind| *kind != Type::UNKNOWN)
        .unwrap_or(Type::VARCHAR)
}

fn sample(kind: &Type) -> String {
    match *kind {
        Type::INT2 | Type::INT4 | Type::INT8 | Type::OID | Type::NUMERIC => "(1)",
        Type::FLOAT4 | Type::FLOAT8 => "CAST('1' AS double)",
        Type::BOOL => "TRUE",
        Type::DATE => "DATE '2000-01-01'",
        Type::TIMESTAMP | Type::TIMESTAMPTZ => "TIMESTAMP '2000-01-01 00:00:00'",
        // Of no known type: NULL goes with every other.
        _ => "NULL",
    }
    .to_owned()
}

/// The portal's text with its parameters as literals.
fn bound_text(portal: &Portal<String>) -> PgWireResult<String> {
    let text = &portal.statement.statement;
    let literals = portal
        .parameters
        .iter()
        .enumerate()
        .map(|(place, value)| {
            let kind = parameter_type(&portal.statement, place);
            let binary = portal.parameter_format.is_binary(place);
            parameters::literal(value.as_deref(), &kind, binary)
        })
        .collect::<Result<Vec<String>, _>>()
        .map_err(|error| wire_error(&error, text))?;
    parameters::bind(text, &literals).map_err(|error| wire_error(&error, text))
}

/// A statement is kept as its text: it is parsed when its parameters are known.
struct TextParser;

#[async_trait]
impl QueryParser for TextParser {
    type Statement = String;

    async fn parse_sql<C>(
        &self,
        _client: &C,
        text: &str,
        _types: &[Option<Type>],
    ) -> PgWireResult<Option<String>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        Ok(Some(text.trim().trim_end_matches(';').to_owned()))
    }

    fn get_parameter_types(&self, statement: &String) -> PgWireResult<Vec<Type>> {
        Ok(vec![Type::VARCHAR; parameters::parameter_count(statement)])
    }

    fn get_result_schema(
        &self,
        _statement: &String,
        _format: Option<&Format>,
    ) -> PgWireResult<Vec<FieldInfo>> {
        Ok(Vec::new())
    }
}
