//! From a query's filters to the catalog's predicate on partition keys, as far as the catalog can tell.

use arrow::datatypes::DataType;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{Between, BinaryExpr, Cast, Expr, Like, Operator};
use datafusion::scalar::ScalarValue;
use prismlake_catalog::partition_predicate::Comparison;
use prismlake_catalog::{KeyType, PartitionLiteral, PartitionPredicate};

/// A predicate that every partition which `filter` keeps also satisfies. It may keep more: `filter` itself decides after it.
/// `None` where the catalog has no word for it.
pub(crate) fn catalog_predicate(
    filter: &Expr,
    keys: &[(String, KeyType)],
) -> Option<PartitionPredicate> {
    Translator { keys }.translate(filter)
}

struct Translator<'a> {
    keys: &'a [(String, KeyType)],
}

impl Translator<'_> {
    fn key(&self, expr: &Expr) -> Option<(usize, KeyType)> {
        match expr {
            Expr::Column(column) => self
                .keys
                .iter()
                .position(|(name, _)| *name == column.name)
                .and_then(|ordinal| Some((ordinal, self.keys.get(ordinal)?.1))),
            // A cast between string types changes no value.
            Expr::Cast(Cast { expr, field }) if is_text(field.data_type()) => {
                self.key(expr).filter(|(_, kind)| *kind == KeyType::Text)
            }
            // An integer that is widened keeps its value.
            Expr::Cast(Cast { expr, field }) if *field.data_type() == DataType::Int64 => {
                self.key(expr).filter(|(_, kind)| *kind == KeyType::Integer)
            }
            _ => None,
        }
    }

    fn translate(&self, filter: &Expr) -> Option<PartitionPredicate> {
        match filter {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
                Operator::And => {
                    let parts: Vec<_> = [left, right]
                        .into_iter()
                        .filter_map(|part| self.translate(part))
                        .collect();
                    (!parts.is_empty()).then_some(PartitionPredicate::And(parts))
                }
                Operator::Or => Some(PartitionPredicate::Or(vec![
                    self.translate(left)?,
                    self.translate(right)?,
                ])),
                _ => self
                    .comparison(left, *op, right)
                    .or_else(|| self.comparison(right, op.swap()?, left)),
            },
            Expr::Between(Between {
                expr,
                negated: false,
                low,
                high,
            }) => {
                let (ordinal, kind) = self.key(expr)?;
                Some(PartitionPredicate::And(vec![
                    PartitionPredicate::Compare(
                        ordinal,
                        Comparison::GreaterOrEqual,
                        literal(low, kind)?,
                    ),
                    PartitionPredicate::Compare(
                        ordinal,
                        Comparison::LessOrEqual,
                        literal(high, kind)?,
                    ),
                ]))
            }
            Expr::InList(InList {
                expr,
                list,
                negated,
            }) => {
                let (ordinal, kind) = self.key(expr)?;
                let literals = list
                    .iter()
                    .map(|item| literal(item, kind))
                    .collect::<Option<Vec<_>>>()?;
                Some(match negated {
                    false => PartitionPredicate::In(ordinal, literals),
                    true => PartitionPredicate::NotIn(ordinal, literals),
                })
            }
            Expr::Like(Like {
                negated: false,
                expr,
                pattern,
                escape_char: None,
                case_insensitive: false,
            }) => {
                let (ordinal, kind) = self.key(expr)?;
                let PartitionLiteral::Text(pattern) = literal(pattern, kind)? else {
                    return None;
                };
                // An escape that the engine reads by default ends what is surely a prefix.
                let prefix: String = pattern
                    .chars()
                    .take_while(|c| !matches!(c, '%' | '_' | '\\'))
                    .collect();
                Some(PartitionPredicate::Prefix(ordinal, prefix))
            }
            Expr::IsNull(expr) => Some(PartitionPredicate::IsNull(self.key(expr)?.0)),
            Expr::IsNotNull(expr) => Some(PartitionPredicate::IsNotNull(self.key(expr)?.0)),
            _ => None,
        }
    }

    fn comparison(&self, left: &Expr, op: Operator, right: &Expr) -> Option<PartitionPredicate> {
        let (ordinal, kind) = self.key(left)?;
        let comparison = match op {
            Operator::Eq => Comparison::Equal,
            Operator::NotEq => Comparison::NotEqual,
            Operator::Lt => Comparison::Less,
            Operator::LtEq => Comparison::LessOrEqual,
            Operator::Gt => Comparison::Greater,
            Operator::GtEq => Comparison::GreaterOrEqual,
            _ => return None,
        };
        Some(PartitionPredicate::Compare(
            ordinal,
            comparison,
            literal(right, kind)?,
        ))
    }
}

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

/// The literal in the key's own kind.
fn literal(expr: &Expr, kind: KeyType) -> Option<PartitionLiteral> {
    let Expr::Literal(value, _) = expr else {
        return None;
    };
    match (kind, value) {
        (KeyType::Text, value) => value
            .try_as_str()
            .flatten()
            .map(|text| PartitionLiteral::Text(text.to_owned())),
        (KeyType::Date, ScalarValue::Date32(days)) => days.map(PartitionLiteral::Date),
        (KeyType::Integer, value) => match value {
            ScalarValue::Int8(value) => value.map(i64::from),
            ScalarValue::Int16(value) => value.map(i64::from),
            ScalarValue::Int32(value) => value.map(i64::from),
            ScalarValue::Int64(value) => *value,
            _ => None,
        }
        .map(PartitionLiteral::Integer),
        _ => None,
    }
}
