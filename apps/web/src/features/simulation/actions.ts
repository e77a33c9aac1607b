'use client';

import type { AcquisitionRule, Project, Simulation } from '@dubio/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ruleName } from '@/charts/simulation-curves/rule-names';
import { useToast } from '@/components/ui/toaster';
import { call } from '@/lib/api/client';
import { queryKeys } from '@/lib/query-keys';
import { newUuid } from '@/lib/uuid';
import type { ReplaySpec } from './prepare-form';
import { strings } from './strings';

/** What can be done with replays; each renews the list that the page shows. */
export function useSimulationActions(project: Project) {
  const queryClient = useQueryClient();
  const { show, showError } = useToast();
  const projectId = project.id;
  const renew = () =>
    queryClient.invalidateQueries({ queryKey: queryKeys.project(projectId, 'simulations') });
  const start = useMutation({
    mutationFn: (spec: ReplaySpec) =>
      call('POST /projects/:projectId/simulations', {
        params: { projectId },
        body: { ...spec, beta: project.acquisition.beta },
        idempotencyKey: newUuid(),
      }),
    onSuccess: renew,
    onError: showError,
  });
  const cancel = useMutation({
    mutationFn: (simulation: Simulation) =>
      call('POST /projects/:projectId/simulations/:simulationId/cancel', {
        params: { projectId, simulationId: simulation.id },
      }),
    onSuccess: renew,
    onError: showError,
  });
  const retry = useMutation({
    mutationFn: (simulation: Simulation) =>
      call('POST /projects/:projectId/simulations/:simulationId/retry', {
        params: { projectId, simulationId: simulation.id },
      }),
    onSuccess: renew,
    onError: showError,
  });
  const adopt = useMutation({
    mutationFn: (rule: AcquisitionRule) =>
      call('PATCH /projects/:projectId', {
        params: { projectId },
        body: { acquisition: { ...project.acquisition, rule } },
        ifMatch: project.version,
      }),
    onSuccess: (_project, rule) => {
      show({ icon: 'check', text: strings.used(ruleName(rule)) });
      return queryClient.invalidateQueries({ queryKey: queryKeys.project(projectId, 'detail') });
    },
    onError: showError,
  });
  return { start, cancel, retry, adopt };
}
