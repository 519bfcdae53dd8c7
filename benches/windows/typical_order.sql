SELECT CAST(DATE_TRUNC('month', ordered_at) AS DATE) AS month, MEDIAN(CAST(amount AS DOUBLE)) AS typical_order
FROM orders
WHERE status = 'complete'
GROUP BY 1;
