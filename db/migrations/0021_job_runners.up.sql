-- The runners of jobs and when each was last known to run, by the clock of the database.
CREATE TABLE job_runners (
    id      text PRIMARY KEY,
    seen_at timestamptz NOT NULL
);

-- A job whose runner is silent is given to another one. If the first one was only suspended, it reports its result late: River
-- writes it to any row that is running. A result therefore names its attempt by when that began, in the member result_of of
-- metadata, and is refused unless that attempt is still running. The member is never stored.
CREATE FUNCTION jobs_refuse_late_results() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'running' OR OLD.attempted_at IS DISTINCT FROM (NEW.metadata->>'result_of')::timestamptz THEN
        RETURN NULL;
    END IF;
    NEW.metadata := NEW.metadata - 'result_of';
    RETURN NEW;
END
$$;
CREATE TRIGGER jobs_refuse_late_results BEFORE UPDATE ON river_job
    FOR EACH ROW WHEN (NEW.metadata ? 'result_of') EXECUTE FUNCTION jobs_refuse_late_results();
