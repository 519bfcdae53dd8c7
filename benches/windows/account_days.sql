-- Ten million balances: what stands on each of 5,480 accounts at the end of each day of five years. Branches 4, 8, 12 and so on
-- have none on Saturdays and Sundays, so that the last of a month need not be its last day.
CREATE TABLE account_days AS
WITH drawn AS (
  SELECT
    1 + i % 5480 AS account_id,
    1 + (i % 5480) % 40 AS branch_id,
    DATE '2021-01-01' + CAST(i // 5480 AS INTEGER) AS day,
    CAST(CAST(hash(i) % 10000000 AS BIGINT) / 100 AS DECIMAL(14, 2)) AS balance
  FROM range(10770000) AS numbers(i)
)
SELECT * FROM drawn WHERE branch_id % 4 > 0 OR ISODOW(day) < 6;
