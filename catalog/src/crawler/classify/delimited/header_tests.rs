use super::*;
use crate::crawler::classify::delimited::fields::{Dialect, Records};
use crate::crawler::classify::sample::SampleText;

fn has_header(text: &str) -> bool {
    let dialect = Dialect {
        delimiter: ',',
        quote: Some('"'),
        escape: None,
    };
    let is_whole = true;
    let records: Vec<Record<'_>> = Records::new(SampleText { text, is_whole }, dialect).collect();
    let (first, body) = records.split_first().unwrap();
    is_header(first, body, body.first().unwrap_or(first).fields.len())
}

#[test]
fn names_above_numbers_dates_or_booleans_are_a_header() {
    for text in [
        "id,name\n1,ada\n",
        "Name,Joined (UTC)\nada,2024-01-01\n",
        "name,active\nada,true\n",
        ",x,y\n0,1,2\n1,2,3\n",
        "a,b,\n1,2,\n",
        "q1 2024,% change\n5,7\n",
        "id,note\n1,x\n2,y\n3,z\n4,w\n5,v\n6,u\n7,t\n8,s\n9,r\nn/a,q\n",
    ] {
        assert!(has_header(text), "{text}");
    }
}

#[test]
fn data_that_resembles_the_rest_is_no_header() {
    for text in [
        "1,ada\n2,bob\n",
        "ada,n/a\nbob,5\n",
        "ada,\nbob,5\n",
        "ada,unknown\nbob,5\n",
        "ada@x.org,+49 30 123\nbob@x.org,5\n",
        "ada,2024\nbob,2025\n",
        "a,b\n",
        "2024-01-01T00:00:00Z,x\n2024-01-02T00:00:00Z,5\n",
    ] {
        assert!(!has_header(text), "{text}");
    }
}

#[test]
fn names_above_strings_are_a_header_where_they_stand_out() {
    for text in [
        // Column words.
        "name,city\nAda,London\nAlan,London\nGrace,New York\n",
        "color,shape\nred,round\nred,square\nblue,round\n",
        "first_name,last_name\nada,lovelace\nalan,turing\ngrace,hopper\n",
        // Digits and the like in the values only.
        "who,contact\nada,ada@x.org\nalan,alan@x.org\ngrace,g@x.org\n",
        "plate,driver\nB-AB 123,ada\nM-XY 77,alan\nK-L 9,grace\n",
        "when,what\n2024-01-01T00:00:00Z,up\n2024-01-02T00:00:00Z,down\n2024-01-03T00:00:00Z,up\n",
        // Letters of another case.
        "pet,owned by\nRex,Ada\nMimi,Alan\nTom,Grace\n",
        "PET,KEEPER\nrex,ada\nmimi,alan\ntom,grace\n",
        // Values that recur, and an underscore.
        "pet_kind,keeper\ncat,ada\ndog,ada\ncat,alan\ndog,alan\ncat,alan\ndog,ada\n",
    ] {
        assert!(has_header(text), "{text}");
    }
}

#[test]
fn a_plain_file_of_names_keeps_its_first_row() {
    for text in [
        "Alice,Smith\nBob,Jones\nCarol,Jones\nDave,Brown\n",
        "Anna,Adams\nBob,Brown\nCarl,Brown\nDora,Clark\nEmil,Clark\n",
        "Madonna,Pop\nJohn Lennon,Rock\nElvis Presley,Rock\nBob Dylan,Folk\n",
        "Berlin,Germany\nParis,France\nRome,Italy\nMadrid,Spain\n",
        "ada,lovelace\nalan,turing\ngrace,hopper\n",
        "USA,Washington\nGermany,Berlin\nFrance,Paris\nItaly,Rome\n",
        "red,round\nred,square\nblue,round\ngreen,square\n",
        "apple,fruit\ncarrot,vegetable\npear,fruit\nleek,vegetable\nplum,fruit\nbeet,vegetable\n",
        "name,city\nAda,London\n",
        "id,name\nname,title\ntitle,date\ndate,id\n",
    ] {
        assert!(!has_header(text), "{text}");
    }
}
