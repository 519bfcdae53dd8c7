-- The days first, because a month costs more to work out than a day, and there are few days.
WITH daily AS (
  SELECT CAST(ordered_at AS DATE) AS day, SUM(amount) AS revenue
  FROM orders
  WHERE status = 'complete'
  GROUP BY 1
),
monthly AS (
  SELECT CAST(DATE_TRUNC('month', day) AS DATE) AS month, SUM(revenue) AS revenue FROM daily GROUP BY 1
),
spine AS (
  SELECT CAST(UNNEST(GENERATE_SERIES(MIN(month), MAX(month), INTERVAL 1 MONTH)) AS DATE) AS month FROM monthly
)
SELECT spine.month, SUM(monthly.revenue) OVER (ORDER BY spine.month ROWS UNBOUNDED PRECEDING) AS revenue_ever
FROM spine
LEFT JOIN monthly ON monthly.month = spine.month;
