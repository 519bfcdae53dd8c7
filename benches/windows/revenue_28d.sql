WITH daily AS (
  SELECT CAST(ordered_at AS DATE) AS day, SUM(amount) AS revenue
  FROM orders
  WHERE status = 'complete'
  GROUP BY 1
),
spine AS (
  SELECT CAST(UNNEST(GENERATE_SERIES(MIN(day), MAX(day), INTERVAL 1 DAY)) AS DATE) AS day FROM daily
)
SELECT spine.day, SUM(daily.revenue) OVER last_28 AS revenue_28d
FROM spine
LEFT JOIN daily ON daily.day = spine.day
WINDOW last_28 AS (ORDER BY spine.day ROWS 27 PRECEDING)
QUALIFY COUNT(daily.day) OVER last_28 > 0;
