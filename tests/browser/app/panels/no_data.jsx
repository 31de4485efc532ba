// What Grafana shows where a panel got nothing to show. The test looks for this.
export function NoData({ height, children = 'No data' }) {
  return (
    <div className="panel-no-data"
      style={{ height, display: 'flex', alignItems: 'center', justifyContent: 'center' }}>
      {children}
    </div>
  );
}
