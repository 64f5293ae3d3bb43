//! Files that CTAS writes read the same with pyarrow.

mod process;

use std::process::Command;

use process::Home;

/// Prints count, sums and texts of every file below a folder.
const SCRIPT: &str = r"
import glob, sys
import pyarrow as pa, pyarrow.orc, pyarrow.parquet, pyarrow.compute as pc
folder, ending = sys.argv[1:]
read = {'orc': pa.orc.read_table, 'parquet': lambda path: pa.parquet.ParquetFile(path).read()}[ending]
table = pa.concat_tables([read(path) for path in sorted(glob.glob(folder + '/**/*.' + ending, recursive=True))])
column = lambda name: table.column(name)
print(table.num_rows, pc.sum(column('id')), pc.sum(column('dec38')), pc.min(column('ts')), pc.max(column('ts')),
      pc.sum(pc.utf8_length(column('txt'))), pc.count(column('bin')), pc.min(column('day')), sep='|')
";

#[test]
fn what_is_written_reads_the_same_with_pyarrow() {
    let python = std::env::var("PRISMLAKE_TEST_PYTHON")
        .expect("PRISMLAKE_TEST_PYTHON names a Python with pyarrow; scripts/test makes one");
    let home = Home::new();
    home.declare_events();
    for format in ["orc", "parquet"] {
        let folder = home.0.path().join(format);
        home.rows(&format!(
            "CREATE TABLE t_{format} WITH (format = '{format}', external_location = 'file://{}/', partitioned_by = ARRAY['dt', 'region']) AS SELECT * FROM events_parquet_snappy",
            folder.display()
        ));
        let output = Command::new(&python)
            .args(["-c", SCRIPT, folder.to_str().unwrap(), format])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            text.trim(),
            "2160|2333880|-6772359861067.034465999314234261|1994-05-12 20:12:43.696609|2029-03-02 19:36:41.758654|11647|1992|1915-05-26",
            "{format}"
        );
    }
}
