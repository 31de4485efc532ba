// One request of a panel or a variable to its data source, as the states that a panel shows.
import { LoadingState, toDataFrame } from '@grafana/data';
import { from, of } from 'rxjs';
import { catchError, map, startWith } from 'rxjs/operators';

export function runRequest(dataSource, request) {
  const shown = (state, rest) => ({ state, series: [], timeRange: request.range, request, ...rest });
  if (request.targets.length === 0) return of(shown(LoadingState.Done));
  return from(dataSource.query(request)).pipe(
    map(({ data }) => shown(LoadingState.Done, { series: data.map((frame) => toDataFrame(frame)) })),
    catchError((error) => of(shown(LoadingState.Error, { errors: [error], error }))),
    startWith(shown(LoadingState.Loading)),
  );
}
