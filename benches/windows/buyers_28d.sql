-- A customer counts from the day of an order for 28 days, or until the next order if that is sooner: so each customer is in at
-- most one stretch at a time, and the count is a running sum of stretches begun less stretches ended.
WITH bought AS (
  SELECT DISTINCT CAST(ordered_at AS DATE) AS day, customer_id FROM orders WHERE status = 'complete'
),
stretches AS (
  SELECT day, LEAD(day) OVER (PARTITION BY customer_id ORDER BY day) AS next_day FROM bought
),
changes AS (
  SELECT day, COUNT(*) AS change FROM stretches GROUP BY 1
  UNION ALL
  SELECT LEAST(day + 28, next_day) AS day, -COUNT(*) AS change FROM stretches GROUP BY 1
),
daily AS (
  SELECT day, SUM(change) AS change FROM changes GROUP BY 1
),
spine AS (
  SELECT CAST(UNNEST(GENERATE_SERIES(MIN(day), MAX(day), INTERVAL 1 DAY)) AS DATE) AS day FROM bought
)
SELECT spine.day, CAST(SUM(daily.change) OVER (ORDER BY spine.day ROWS UNBOUNDED PRECEDING) AS BIGINT) AS buyers_28d
FROM spine
LEFT JOIN daily ON daily.day = spine.day
QUALIFY buyers_28d > 0;
