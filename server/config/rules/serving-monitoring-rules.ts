// The rules of TensorFlow Serving's monitoring config; the daemon asks here too. Pure.
import { stringLiteral } from '../../textproto/strings.ts';
import { writeInstead } from './rule-fixes.ts';
import { ruleTree } from './rule-tree.ts';
import type { Rules } from './run-rules.ts';
import type { TellServing } from './serving-model.ts';

/** Why the page of metrics cannot be at `path`; undefined where it can. An empty path is the default one. */
export function metricsPathProblem(path: string): string | undefined {
  if (path !== '' && !/^\/[^?#\s]*$/.test(path)) {
    return `prometheus_config.path must begin with "/" and have no query; got "${path}".`;
  }
  if (/^\/v1\//i.test(path)) {
    return `prometheus_config.path must not be under /v1/, where the REST API is; got "${path}".`;
  }
  return undefined;
}

/** Everything that can be wrong with a monitoring config. */
export const monitoringRules: Rules = ({ document, schema }, _around, report) => {
  const tell: TellServing = report;
  const path = ruleTree(document, schema).message('prometheus_config')?.text('path');
  const problem = path === undefined ? undefined : metricsPathProblem(path.value);
  if (path === undefined || problem === undefined) {
    return;
  }
  const rooted = `/${path.value.trim()}`;
  const isRooted = path.value.startsWith('/') || metricsPathProblem(rooted) !== undefined;
  tell('serving/metrics-path', path.at, problem, {
    fixes: isRooted ? [] : writeInstead(path, stringLiteral(rooted)),
  });
};
