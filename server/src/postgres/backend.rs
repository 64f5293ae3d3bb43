//! `Backend`: what pgwire calls for one connection, for the simple and for the extended protocol.

use std::fmt::Debug;
use std::sync::{Arc, OnceLock};

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
use prismlake_engine::{QueryService, Type as ColumnType, sql};

use super::cancel::{Canceller, RunningQueries};
use super::errors::wire_error;
use super::parameters::{self, ParameterType};
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
    type Statement = Arc<PreparedText>;
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
        let (parameters, fields) = self.describe(target).await?;
        let types = parameters.iter().map(ParameterType::on_the_wire).collect();
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
        let text = self.bound_text(target).await?;
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
        let text = self.bound_text(portal).await?;
        responses::run(&self.session, &text, &portal.result_column_format).await
    }
}

/// A prepared statement. It is parsed when its parameters are known.
struct PreparedText {
    text: String,
    /// What its parameters turned out to be, where the client left that open.
    inferred: OnceLock<Vec<Option<ColumnType>>>,
}

impl Connection {
    /// The types of a statement's parameters, and the columns of its result.
    async fn describe(
        &self,
        statement: &StoredStatement<Arc<PreparedText>>,
    ) -> PgWireResult<(Vec<ParameterType>, Vec<FieldInfo>)> {
        let text = &statement.statement.text;
        let given = given_types(statement);
        let (sampled, places) = parameters::sampled(text, &given);
        let (fields, told) = responses::describe_statement(&self.session, &sampled).await?;
        let mut inferred = vec![None; given.len()];
        for (place, data_type) in places.into_iter().zip(told) {
            if let Some(unknown @ None) = inferred.get_mut(place) {
                *unknown = data_type;
            }
        }
        let types = ParameterType::of(given, &inferred);
        // What is there already was told by the same text.
        let _ = statement.statement.inferred.set(inferred);
        Ok((types, fields))
    }

    /// The portal's text with its parameters as literals.
    async fn bound_text(&self, portal: &Portal<Arc<PreparedText>>) -> PgWireResult<String> {
        let statement = &portal.statement;
        let text = &statement.statement.text;
        let given = given_types(statement);
        let types = match statement.statement.inferred.get() {
            _ if !given.contains(&None) => ParameterType::of(given, &[]),
            Some(inferred) => ParameterType::of(given, inferred),
            None => self.describe(statement).await?.0,
        };
        let literals = portal
            .parameters
            .iter()
            .zip(types)
            .enumerate()
            .map(|(place, (value, kind))| {
                let binary = portal.parameter_format.is_binary(place);
                parameters::literal(value.as_deref(), &kind, binary)
            })
            .collect::<Result<Vec<String>, _>>()
            .map_err(|error| wire_error(&error, text))?;
        parameters::bind(text, &literals).map_err(|error| wire_error(&error, text))
    }
}

/// The types that the client gave the parameters.
fn given_types(statement: &StoredStatement<Arc<PreparedText>>) -> Vec<Option<Type>> {
    (0..parameters::parameter_count(&statement.statement.text))
        .map(|place| {
            let given = statement.parameter_types.get(place).and_then(Clone::clone);
            given.filter(|kind| *kind != Type::UNKNOWN)
        })
        .collect()
}

struct TextParser;

#[async_trait]
impl QueryParser for TextParser {
    type Statement = Arc<PreparedText>;

    async fn parse_sql<C>(
        &self,
        _client: &C,
        text: &str,
        _types: &[Option<Type>],
    ) -> PgWireResult<Option<Self::Statement>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        Ok(Some(Arc::new(PreparedText {
            text: text.trim().trim_end_matches(';').to_owned(),
            inferred: OnceLock::new(),
        })))
    }

    /// Not asked for: [`Connection`] describes statements itself.
    fn get_parameter_types(&self, statement: &Self::Statement) -> PgWireResult<Vec<Type>> {
        let count = parameters::parameter_count(&statement.text);
        Ok(vec![Type::VARCHAR; count])
    }

    fn get_result_schema(
        &self,
        _statement: &Self::Statement,
        _format: Option<&Format>,
    ) -> PgWireResult<Vec<FieldInfo>> {
        Ok(Vec::new())
    }
}
