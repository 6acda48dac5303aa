// Reads one `evaluate` query of `stockade policy batch` a line and writes what iam-simulate answers, one line each:
// {"id", "answer": "allowed" | "implicit_deny" | "explicit_deny"} or {"id", "error"}.
import { anonymousPrincipal, runSimulation } from '@cloud-copilot/iam-simulate'
import { createInterface } from 'node:readline'

const named = (documents) => (documents ?? []).map((policy, at) => ({ name: `policy-${at}`, policy }))
const levels = (all) =>
  (all ?? []).map((documents, at) => ({ orgIdentifier: `level-${at}`, policies: named(documents) }))

async function answer({ id, request, policies, resource_account: account }) {
  const simulation = {
    identityPolicies: named(policies.identity),
    serviceControlPolicies: levels(policies.scp),
    resourceControlPolicies: levels(policies.rcp),
    resourcePolicy: policies.resource ?? undefined,
    permissionBoundaryPolicies: policies.boundary?.length ? named(policies.boundary) : undefined,
    sessionPolicy: policies.session?.[0],
    vpcEndpointPolicies: policies.endpoint ? named([policies.endpoint]) : undefined,
    request: {
      principal: request.principal === '*' ? anonymousPrincipal : request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: account },
      contextVariables: request.context ?? {},
    },
  }
  const result = await runSimulation(simulation, {})
  if (result.errors) return { id, error: JSON.stringify(result.errors) }
  const words = { Allowed: 'allowed', ImplicitlyDenied: 'implicit_deny', ExplicitlyDenied: 'explicit_deny' }
  const overall = result.overallResult ?? result.result ?? result.analysis?.result
  return { id, answer: words[overall] ?? JSON.stringify(result).slice(0, 400) }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue
  const query = JSON.parse(line)
  let out
  try {
    out = await answer(query)
  } catch (error) {
    out = { id: query.id, error: String(error) }
  }
  process.stdout.write(`${JSON.stringify(out)}\n`)
}
