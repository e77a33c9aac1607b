'use client';

import type { Project, Schedule } from '@dubio/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowsSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toaster';
import { Switch } from '@/components/ui/toggle';
import { call, describeError } from '@/lib/api/client';
import { queryKeys } from '@/lib/query-keys';
import { useCan } from '@/lib/session';
import { newUuid } from '@/lib/uuid';
import { strings } from './strings';
import { writeInZone } from './time-zones';

const words = strings.schedules;

/** Rounds by the clock: cron in a time zone, with the next time it fires. */
export function ScheduleSection({ project }: { readonly project: Project }) {
  const params = { projectId: project.id };
  const key = queryKeys.project(project.id, 'schedules');
  const schedules = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => call('GET /projects/:projectId/schedules', { params, signal }),
  });
  const list = schedules.data?.schedules;
  return (
    <Panel id="schedule" title={words.title} meta={words.meta} className="set-section">
      {schedules.isPending ? <RowsSkeleton label="Loading the schedules" rows={2} /> : null}
      {schedules.isError ? <p className="sm t2">{describeError(schedules.error).title}</p> : null}
      {list?.length === 0 ? <p className="sm t2">{words.none}</p> : null}
      {list === undefined || list.length === 0 ? null : (
        <ul className="set-list">
          {list.map((schedule) => (
            <ScheduleRow key={schedule.id} project={project} schedule={schedule} />
          ))}
        </ul>
      )}
      {useCan('schedule.manage') ? <AddSchedule project={project} /> : null}
    </Panel>
  );
}

function useScheduleChange<Input>(project: Project, change: (input: Input) => Promise<unknown>) {
  const queryClient = useQueryClient();
  const { showError } = useToast();
  return useMutation({
    mutationFn: change,
    onSuccess: () =>
      queryClient.invalidateQueries({ queryKey: queryKeys.project(project.id, 'schedules') }),
    onError: showError,
  });
}

function ScheduleRow(props: { readonly project: Project; readonly schedule: Schedule }) {
  const { project, schedule } = props;
  const params = { projectId: project.id, scheduleId: schedule.id };
  const canManage = useCan('schedule.manage');
  const toggle = useScheduleChange(project, (enabled: boolean) =>
    call('PATCH /projects/:projectId/schedules/:scheduleId', { params, body: { enabled } }),
  );
  const remove = useScheduleChange(project, () =>
    call('DELETE /projects/:projectId/schedules/:scheduleId', { params }),
  );
  return (
    <li>
      <span className="grow">
        <span className="mono">{schedule.cron}</span>{' '}
        <span className="t2">{schedule.timeZone}</span>
        <span className="set-next xs t3 num">
          {schedule.enabled && schedule.nextAt !== null ? (
            <>
              {words.next}: {writeInZone(schedule.nextAt, schedule.timeZone)} (
              <RelativeTime at={schedule.nextAt} />)
            </>
          ) : (
            words.off
          )}
        </span>
      </span>
      <Switch
        checked={schedule.enabled}
        disabled={!canManage || toggle.isPending}
        onChange={(enabled) => toggle.mutate(enabled)}
      >
        <span className="sm">
          {words.on}
          <span className="sr"> {schedule.cron}</span>
        </span>
      </Switch>
      {canManage ? (
        <Button
          kind="quiet"
          size="square"
          aria-label={`${words.remove} ${schedule.cron}`}
          working={remove.isPending}
          onClick={() => remove.mutate(undefined)}
        >
          <Icon name="trash" />
        </Button>
      ) : null}
    </li>
  );
}

function AddSchedule({ project }: { readonly project: Project }) {
  const [cron, setCron] = useState('');
  const [zone, setZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC');
  const [tried, setTried] = useState(false);
  const bad = cron.trim().split(/\s+/).length !== 5;
  const add = useScheduleChange(project, () =>
    call('POST /projects/:projectId/schedules', {
      params: { projectId: project.id },
      body: { cron: cron.trim(), timeZone: zone.trim() },
      idempotencyKey: newUuid(),
    }),
  );
  const submit = () => {
    setTried(true);
    if (!bad) {
      add.mutate(undefined, {
        onSuccess: () => {
          setCron('');
          setTried(false);
        },
      });
    }
  };
  return (
    <form
      className="set-add"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field label={words.cron} hint={words.cronHint} error={tried && bad ? words.noCron : null}>
        {(control) => (
          <Input
            {...control}
            className="mono"
            value={cron}
            placeholder="0 2 * * *"
            onChange={(event) => setCron(event.target.value)}
          />
        )}
      </Field>
      <Field label={words.zone}>
        {(control) => (
          <Input
            {...control}
            value={zone}
            list="time-zones"
            onChange={(event) => setZone(event.target.value)}
          />
        )}
      </Field>
      <datalist id="time-zones">
        {Intl.supportedValuesOf('timeZone').map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Button type="submit" working={add.isPending}>
        {words.add}
      </Button>
    </form>
  );
}
