WITH daily AS (
  SELECT CAST(ordered_at AS DATE) AS day, SUM(amount) AS revenue
  FROM orders
  WHERE status = 'complete'
  GROUP BY 1
)
SELECT CAST(DATE_TRUNC('month', day) AS DATE) AS month, AVG(CAST(revenue AS DOUBLE)) AS daily_revenue
FROM daily
GROUP BY 1;
