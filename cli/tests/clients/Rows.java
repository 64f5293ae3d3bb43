import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Runs what a Java program would over JDBC, and prints what it sees: rows, errors, a cancelled query. */
public class Rows {
    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(arguments[0], "tester", "")) {
            rows(connection, arguments[1]);
            prepared(connection);
            untyped(connection);
            statements(connection);
            cancelled(connection);
        }
    }

    static void rows(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                StringBuilder line = new StringBuilder("row");
                for (int column = 1; column <= columns; column++) {
                    line.append('|').append(rows.getString(column));
                }
                System.out.println(line);
            }
        }
    }

    /** Executed often enough that the driver asks for binary values. */
    static void prepared(Connection connection) throws SQLException {
        String query = "SELECT id, dec38, day, ts, f64, flag FROM events_parquet_snappy WHERE id = ? AND dt = ?";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int round = 0; round < 8; round++) {
                statement.setLong(1, 7);
                statement.setDate(2, java.sql.Date.valueOf("2026-01-01"));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        System.out.println("prepared|" + rows.getLong(1) + "|" + rows.getBigDecimal(2) + "|"
                                + rows.getString(3) + "|" + rows.getTimestamp(4) + "|" + rows.getDouble(5) + "|"
                                + rows.getBoolean(6));
                    }
                }
            }
        }
    }

    /** Values whose types the statement tells. */
    static void untyped(Connection connection) throws SQLException {
        String query = "SELECT count(*) FROM events_parquet_snappy WHERE id = ? AND dt = ? AND flag IS NOT DISTINCT FROM ?";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setObject(1, "7", java.sql.Types.OTHER);
            statement.setObject(2, "2026-01-01", java.sql.Types.OTHER);
            statement.setNull(3, java.sql.Types.OTHER);
            System.out.println("types|" + statement.getParameterMetaData().getParameterTypeName(1) + "|"
                    + statement.getParameterMetaData().getParameterTypeName(2) + "|"
                    + statement.getParameterMetaData().getParameterTypeName(3));
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                System.out.println("untyped|" + rows.getLong(1));
            }
        }
    }

    static void statements(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS by_java");
            System.out.println("written|" + statement.executeUpdate(
                    "CREATE TABLE by_java WITH (format = 'ORC') AS SELECT id, txt FROM events_parquet_snappy WHERE id <= 10"));
            System.out.println("inserted|" + statement.executeUpdate("INSERT INTO by_java VALUES (11, 'x')"));
            rows(connection, "SELECT count(*), max(id) FROM by_java");
            statement.execute("DROP TABLE by_java");
            try {
                statement.executeQuery("SELECT nothing FROM events_parquet_snappy");
            } catch (SQLException error) {
                System.out.println("error|" + error.getSQLState() + "|" + error.getMessage().lines().findFirst().get());
            }
        }
    }

    static void cancelled(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            try {
                statement.executeQuery(
                        "SELECT count(*) FROM events_parquet_snappy a, events_parquet_snappy b, events_parquet_snappy c, events_parquet_snappy d WHERE a.id + b.id = c.id + d.id");
                System.out.println("cancelled|no");
            } catch (SQLException error) {
                System.out.println("cancelled|" + error.getSQLState());
            }
        }
        rows(connection, "SELECT 'still here'");
    }
}
