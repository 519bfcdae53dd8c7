-- Ten million orders of a hundred shops over five years. Everything hangs on the number of the row, so that each run has the
-- same rows. On Christmas no shop is open, some shops are closed on Sundays, some opened late, some closed early.
CREATE TABLE orders AS
WITH drawn AS (
  SELECT
    i AS order_id,
    1 + CAST(hash(i * 7 + 1) % 100 AS BIGINT) AS shop_id,
    1 + CAST(hash(i * 7 + 2) % 200000 AS BIGINT) AS customer_id,
    CASE WHEN hash(i * 7 + 3) % 20 = 0 THEN 'open' ELSE 'complete' END AS status,
    CAST(CAST(hash(i * 7 + 4) % 50000 AS BIGINT) / 100 AS DECIMAL(12, 2)) AS amount,
    TIMESTAMP '2021-01-01' + INTERVAL 1 SECOND * CAST(hash(i * 7 + 5) % (1826 * 86400) AS BIGINT) AS ordered_at
  FROM range(10000000) AS numbers(i)
),
in_business AS (
  SELECT
    drawn.* REPLACE (
      CASE
        WHEN shop_id > 90 AND ordered_at < TIMESTAMP '2023-07-03' THEN ordered_at + INTERVAL 913 DAY
        WHEN shop_id > 80 AND shop_id <= 90 AND ordered_at >= TIMESTAMP '2024-01-01' THEN ordered_at - INTERVAL 1095 DAY
        ELSE ordered_at
      END AS ordered_at
    )
  FROM drawn
),
outside_christmas AS (
  SELECT
    in_business.* REPLACE (
      CASE
        WHEN MONTH(ordered_at) = 12 AND DAY(ordered_at) BETWEEN 24 AND 26 THEN ordered_at - INTERVAL 3 DAY
        ELSE ordered_at
      END AS ordered_at
    )
  FROM in_business
)
SELECT
  outside_christmas.* REPLACE (
    CASE WHEN shop_id <= 20 AND ISODOW(ordered_at) = 7 THEN ordered_at - INTERVAL 1 DAY ELSE ordered_at END AS ordered_at
  )
FROM outside_christmas;
