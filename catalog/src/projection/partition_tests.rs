//! What partitions a configuration gives: values, locations and their order.

use crate::{PartitionPredicate, TableType};

use super::fixture::{equal, locations, now, number, partitions, table, text, values};
use super::{PartitionProjection, ProjectedPartitions, ProjectionError};

const ALL: PartitionPredicate = PartitionPredicate::All;

#[test]
fn only_tables_that_ask_for_it_are_projected() {
    let key = [("k", "string")];
    let rule = [("projection.k.type", "injected")];
    let mut events = table(&key, &rule);
    assert!(PartitionProjection::of(&events).unwrap().is_some());
    events.table_type = TableType::VirtualView;
    assert!(PartitionProjection::of(&events).unwrap().is_none());
    for disabled in ["false", "", "yes"] {
        let events = table(&key, &[("projection.enabled", disabled)]);
        assert!(PartitionProjection::of(&events).unwrap().is_none());
    }
    assert!(PartitionProjection::of(&table(&[], &[])).unwrap().is_none());
}

#[test]
fn enum_values_keep_their_order_and_blanks_and_come_once() {
    let events = table(
        &[("k", "varchar(10)")],
        &[
            ("projection.k.type", " Enum "),
            ("projection.k.values", "b, a,c,b,x/y"),
        ],
    );
    assert_eq!(values(&events, &ALL), ["b", " a", "c", "x/y"]);
    assert_eq!(
        locations(&events, &ALL),
        [
            "events/k=b/",
            "events/k= a/",
            "events/k=c/",
            "events/k=x%2Fy/"
        ]
    );
    assert_eq!(values(&events, &equal(0, text("c"))), ["c"]);
    let prefix = PartitionPredicate::Prefix(0, "x".to_owned());
    assert_eq!(values(&events, &prefix), ["x/y"]);
    assert!(values(&events, &equal(0, text("d"))).is_empty());
}

#[test]
fn integers_step_from_the_minimum() {
    let events = table(
        &[("k", "int")],
        &[
            ("projection.k.type", "integer"),
            ("projection.k.range", " -0004 , 5 "),
            ("projection.k.interval", "3"),
        ],
    );
    assert_eq!(values(&events, &ALL), ["-4", "-1", "2", "5"]);
    assert_eq!(values(&events, &equal(0, number(2))), ["2"]);
    assert!(values(&events, &equal(0, number(3))).is_empty());
    assert!(values(&events, &equal(0, number(8))).is_empty());
}

#[test]
fn digits_pad_the_location_and_the_values_of_strings() {
    let properties = [
        ("projection.k.type", "integer"),
        ("projection.k.range", "-1,1"),
        ("projection.k.digits", "3"),
    ];
    let strings = table(&[("k", "string")], &properties);
    assert_eq!(values(&strings, &ALL), ["-01", "000", "001"]);
    assert_eq!(values(&strings, &equal(0, text("001"))), ["001"]);
    assert!(values(&strings, &equal(0, text("1"))).is_empty());
    let integers = table(&[("k", "bigint")], &properties);
    assert_eq!(values(&integers, &ALL), ["-1", "0", "1"]);
    assert_eq!(
        locations(&integers, &ALL),
        ["events/k=-01/", "events/k=000/", "events/k=001/"]
    );
}

#[test]
fn injected_values_come_from_the_predicate() {
    let events = table(&[("k", "string")], &[("projection.k.type", "injected")]);
    let either = PartitionPredicate::In(0, vec![text("b"), text("a"), text("b")]);
    assert_eq!(values(&events, &either), ["a", "b"]);
    let joined = PartitionPredicate::Or(vec![equal(0, text("x")), equal(0, text("y"))]);
    assert_eq!(values(&events, &joined), ["x", "y"]);
    let never = PartitionPredicate::And(vec![equal(0, text("x")), equal(0, text("y"))]);
    assert!(values(&events, &never).is_empty());
    for vague in [
        ALL,
        PartitionPredicate::Prefix(0, "a".to_owned()),
        PartitionPredicate::IsNotNull(0),
        PartitionPredicate::IsNull(0),
        PartitionPredicate::Or(vec![equal(0, text("x")), PartitionPredicate::All]),
    ] {
        let error = partitions(&events, &vague).unwrap_err();
        let column = "k".to_owned();
        assert_eq!(error, ProjectionError::InjectedWithoutFilter { column });
    }
}

#[test]
fn injected_values_cannot_leave_the_template() {
    let events = table(
        &[("k", "string")],
        &[
            ("projection.k.type", "injected"),
            ("storage.location.template", "s3://lake/raw/${k}/"),
        ],
    );
    let texts = ["../secret", "a/..", ".", "a/b", "..c"];
    let predicate = PartitionPredicate::In(0, texts.map(text).to_vec());
    assert_eq!(locations(&events, &predicate), ["raw/..c/", "raw/a/b/"]);
}

#[test]
fn a_template_places_the_keys_where_it_says() {
    let events = table(
        &[("a", "string"), ("b", "int")],
        &[
            ("projection.A.type", "enum"),
            ("projection.A.values", "x/y,z"),
            ("projection.b.type", "integer"),
            ("projection.b.range", "1,2"),
            ("projection.b.digits", "2"),
            (
                "Storage.Location.Template",
                " s3://lake/${b}/$x/${A}-${b}/ ",
            ),
        ],
    );
    assert_eq!(
        locations(&events, &ALL),
        [
            "01/$x/x/y-01/",
            "02/$x/x/y-02/",
            "01/$x/z-01/",
            "02/$x/z-02/"
        ]
    );
}

#[test]
fn the_last_key_changes_fastest() {
    let mut events = table(
        &[("a", "string"), ("b", "int"), ("c", "string")],
        &[
            ("projection.a.type", "enum"),
            ("projection.a.values", "y,x"),
            ("projection.b.type", "integer"),
            ("projection.b.range", "9,10"),
            ("projection.c.type", "injected"),
        ],
    );
    let predicate = PartitionPredicate::In(2, vec![text("p"), text("q")]);
    assert_eq!(
        values(&events, &predicate),
        [
            "y/9/p", "y/9/q", "y/10/p", "y/10/q", "x/9/p", "x/9/q", "x/10/p", "x/10/q"
        ]
    );
    events.storage_descriptor.location = Some("s3://lake/root///".to_owned());
    events.storage_descriptor.input_format = Some("format".to_owned());
    let first = partitions(&events, &predicate).unwrap().next().unwrap();
    assert_eq!(
        first.storage_descriptor.location.as_deref(),
        Some("s3://lake/root/a=y/b=9/c=p/")
    );
    assert_eq!(
        first.storage_descriptor.input_format.as_deref(),
        Some("format")
    );
}

#[test]
fn the_walk_outlives_the_projection_and_ends_for_good() {
    fn is_send<T: Send + 'static>(walk: T) -> T {
        walk
    }
    let events = table(
        &[("k", "int")],
        &[
            ("projection.k.type", "integer"),
            ("projection.k.range", "1,1"),
        ],
    );
    let projection = PartitionProjection::of(&events).unwrap().unwrap();
    let walk: ProjectedPartitions = projection.partitions(&ALL, now()).unwrap();
    drop(projection);
    let mut walk = is_send(walk);
    assert!(walk.next().is_some());
    assert!(walk.next().is_none());
    assert!(walk.next().is_none());
}
