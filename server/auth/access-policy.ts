// Which role each call needs.
import type { Role } from './roles.ts';

/** What an operator has decided. */
export interface AccessRules {
  /** --require_predict_token: inference, and everything else that is open without it, needs a token too. */
  readonly requirePredictToken: boolean;
  /** Whether ModelService.HandleReloadConfigRequest is open to everybody, as it is in TensorFlow Serving. */
  readonly openReload: boolean;
}

const reloadPath = '/tensorflow.serving.ModelService/HandleReloadConfigRequest';

const adminPrefix = '/perch.admin.v1.Admin/';

const healthPrefix = '/grpc.health.v1.Health/';

/** What only tells something. */
const tellingName = /^(?:Get|List|Watch|Diagnose)[A-Z]/;

/**
 * The role that a gRPC method needs; undefined: none. Health is open to everybody, since probes have no tokens and it tells
 * nothing but whether a name is served; its List names them all, and is not. Reflection tells what is public anyway, and goes with predict: tools send it the
 * token of the call for which they need it.
 */
export function roleForMethod(
  path: string,
  { requirePredictToken, openReload }: AccessRules,
): Role | undefined {
  if (path.startsWith(adminPrefix)) {
    const name = path.slice(adminPrefix.length);
    if (name === 'PredictJson') {
      return 'predict';
    }
    return tellingName.test(name) ? 'read' : 'admin';
  }
  if (path.startsWith(healthPrefix) && path !== `${healthPrefix}List`) {
    return undefined;
  }
  if (path === reloadPath) {
    return openReload ? undefined : 'admin';
  }
  return requirePredictToken ? 'predict' : undefined;
}

/** Whether a gRPC method changes something, so that its calls are told to the audit, with a token or without one. */
export function isChange(path: string): boolean {
  return (
    path === reloadPath || roleForMethod(path, { requirePredictToken: false, openReload: true }) === 'admin'
  );
}

/** What is not under `/v1/`, by path. */
export interface OtherRoutes {
  /** For everybody: probes. */
  readonly open: ReadonlySet<string>;
  readonly metrics: ReadonlySet<string>;
}

/** The role that a path of the REST API needs; undefined: none. */
export function roleForPath(
  path: string,
  { requirePredictToken }: AccessRules,
  routes: OtherRoutes,
): Role | undefined {
  if (!requirePredictToken || routes.open.has(path)) {
    return undefined;
  }
  return routes.metrics.has(path) ? 'read' : 'predict';
}
