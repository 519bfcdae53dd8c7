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
SELECT
  spine.month,
  this.revenue,
  before.revenue AS month_before,
  CAST(this.revenue AS DOUBLE) / NULLIF(CAST(before.revenue AS DOUBLE), 0) - 1 AS growth
FROM spine
LEFT JOIN monthly AS this ON this.month = spine.month
LEFT JOIN monthly AS before ON before.month = CAST(spine.month - INTERVAL 1 MONTH AS DATE)
WHERE this.month IS NOT NULL OR before.month IS NOT NULL;
