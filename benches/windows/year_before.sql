WITH daily AS (
  SELECT CAST(ordered_at AS DATE) AS day, SUM(amount) AS revenue
  FROM orders
  WHERE status = 'complete'
  GROUP BY 1
),
spine AS (
  SELECT CAST(UNNEST(GENERATE_SERIES(MIN(day), MAX(day), INTERVAL 1 DAY)) AS DATE) AS day FROM daily
)
SELECT spine.day, this.revenue, before.revenue AS year_before
FROM spine
LEFT JOIN daily AS this ON this.day = spine.day
LEFT JOIN daily AS before ON before.day = CAST(spine.day - INTERVAL 1 YEAR AS DATE)
WHERE this.day IS NOT NULL OR before.day IS NOT NULL;
