SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE TYPE public.river_job_state AS ENUM (
    'available',
    'cancelled',
    'completed',
    'discarded',
    'pending',
    'retryable',
    'running',
    'scheduled'
);
CREATE FUNCTION public.audit_await_seal() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO audit_pending (event_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION public.audit_forbid_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % on % is forbidden', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION public.river_job_state_in_bitmask(bitmask bit, state public.river_job_state) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE state
        WHEN 'available' THEN get_bit(bitmask, 7)
        WHEN 'cancelled' THEN get_bit(bitmask, 6)
        WHEN 'completed' THEN get_bit(bitmask, 5)
        WHEN 'discarded' THEN get_bit(bitmask, 4)
        WHEN 'pending'   THEN get_bit(bitmask, 3)
        WHEN 'retryable' THEN get_bit(bitmask, 2)
        WHEN 'running'   THEN get_bit(bitmask, 1)
        WHEN 'scheduled' THEN get_bit(bitmask, 0)
        ELSE 0
    END = 1;
$$;
CREATE FUNCTION public.sessions_tell_end() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO revocations (ended_at, session_id, user_id) VALUES (NEW.ended_at, NEW.id, NEW.user_id);
    RETURN NULL;
END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.audit_events (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    user_id uuid,
    session_id uuid,
    address bytea,
    network bytea,
    key_id text
);
CREATE TABLE public.audit_heads (
    "position" bigint NOT NULL,
    chain_digest bytea NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    tag bytea NOT NULL,
    CONSTRAINT audit_heads_chain_digest_check CHECK ((octet_length(chain_digest) = 32))
);
CREATE TABLE public.audit_pending (
    event_id uuid NOT NULL
);
CREATE TABLE public.audit_seals (
    "position" bigint NOT NULL,
    event_id uuid NOT NULL,
    event_digest bytea NOT NULL,
    chain_digest bytea NOT NULL,
    CONSTRAINT audit_seals_chain_digest_check CHECK ((octet_length(chain_digest) = 32)),
    CONSTRAINT audit_seals_event_digest_check CHECK ((octet_length(event_digest) = 32)),
    CONSTRAINT audit_seals_position_check CHECK (("position" > 0))
);
CREATE TABLE public.disabled_passwords (
    subject bytea NOT NULL,
    part bytea NOT NULL,
    disabled_at timestamp with time zone NOT NULL
);
CREATE TABLE public.keyset_replicas (
    id uuid NOT NULL,
    reads text[] NOT NULL,
    writes text[] NOT NULL,
    lease_until timestamp with time zone NOT NULL
);
CREATE TABLE public.keyset_writes (
    key_id text NOT NULL,
    written_at timestamp with time zone NOT NULL
);
CREATE TABLE public.links (
    token_hash bytea NOT NULL,
    purpose text NOT NULL,
    user_id uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT links_purpose_check CHECK ((purpose = ANY (ARRAY['verify_email'::text, 'reset_password'::text, 'reverse_termination'::text]))),
    CONSTRAINT links_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
CREATE TABLE public.revocations (
    ended_at timestamp with time zone NOT NULL,
    session_id uuid NOT NULL,
    user_id uuid NOT NULL
);
CREATE TABLE public.river_job (
    id bigint NOT NULL,
    state public.river_job_state DEFAULT 'available'::public.river_job_state NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    max_attempts smallint DEFAULT 25 NOT NULL,
    attempted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finalized_at timestamp with time zone,
    scheduled_at timestamp with time zone DEFAULT now() NOT NULL,
    priority smallint DEFAULT 1 NOT NULL,
    args jsonb NOT NULL,
    attempted_by text[],
    errors jsonb[],
    kind text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    queue text DEFAULT 'default'::text NOT NULL,
    tags character varying(255)[] DEFAULT '{}'::character varying[] NOT NULL,
    unique_key bytea,
    unique_states bit(8),
    CONSTRAINT finalized_or_finalized_at_null CHECK ((((finalized_at IS NULL) AND (state <> ALL (ARRAY['cancelled'::public.river_job_state, 'completed'::public.river_job_state, 'discarded'::public.river_job_state]))) OR ((finalized_at IS NOT NULL) AND (state = ANY (ARRAY['cancelled'::public.river_job_state, 'completed'::public.river_job_state, 'discarded'::public.river_job_state]))))),
    CONSTRAINT kind_length CHECK (((char_length(kind) > 0) AND (char_length(kind) < 128))),
    CONSTRAINT max_attempts_is_positive CHECK ((max_attempts > 0)),
    CONSTRAINT priority_in_range CHECK (((priority >= 1) AND (priority <= 4))),
    CONSTRAINT queue_length CHECK (((char_length(queue) > 0) AND (char_length(queue) < 128)))
);
CREATE SEQUENCE public.river_job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.river_job_id_seq OWNED BY public.river_job.id;
CREATE UNLOGGED TABLE public.river_leader (
    elected_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    leader_id text NOT NULL,
    name text DEFAULT 'default'::text NOT NULL,
    CONSTRAINT leader_id_length CHECK (((char_length(leader_id) > 0) AND (char_length(leader_id) < 128))),
    CONSTRAINT name_length CHECK ((name = 'default'::text))
);
CREATE TABLE public.river_notification (
    id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    payload text NOT NULL,
    topic text NOT NULL,
    CONSTRAINT topic_length CHECK (((length(topic) > 0) AND (length(topic) < 128)))
);
CREATE SEQUENCE public.river_notification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.river_notification_id_seq OWNED BY public.river_notification.id;
CREATE TABLE public.river_queue (
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    paused_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
CREATE TABLE public.schema_migrations (
    version bigint NOT NULL,
    dirty boolean NOT NULL
);
CREATE TABLE public.sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    generation bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    rotated_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    device_id uuid,
    CONSTRAINT sessions_generation_check CHECK ((generation > 0)),
    CONSTRAINT sessions_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
)
WITH (fillfactor='80');
CREATE TABLE public.signing_keys (
    id text NOT NULL,
    sealed_seed bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    signs_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE UNLOGGED TABLE public.throttle (
    scope text NOT NULL,
    subject bytea NOT NULL,
    part bytea NOT NULL,
    count integer NOT NULL,
    closed_until timestamp with time zone NOT NULL,
    forgotten_at timestamp with time zone NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE public.users (
    id uuid NOT NULL,
    email bytea,
    email_index bytea,
    full_name bytea,
    country text,
    state_province bytea,
    password_hash text,
    is_active boolean NOT NULL,
    is_terminated boolean DEFAULT false NOT NULL,
    verified_at timestamp with time zone,
    terminated_at timestamp with time zone,
    erased_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT users_active_only_if_verified CHECK (((NOT is_active) OR (verified_at IS NOT NULL))),
    CONSTRAINT users_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT users_empty_once_erased CHECK (((erased_at IS NULL) OR (is_terminated AND (num_nonnulls(email, email_index, full_name, country, state_province, password_hash) = 0)))),
    CONSTRAINT users_terminated_has_time CHECK ((is_terminated = (terminated_at IS NOT NULL))),
    CONSTRAINT users_whole_until_erased CHECK (((erased_at IS NOT NULL) OR (num_nulls(email, email_index, full_name, country, state_province, password_hash) = 0)))
);
ALTER TABLE ONLY public.river_job ALTER COLUMN id SET DEFAULT nextval('public.river_job_id_seq'::regclass);
ALTER TABLE ONLY public.river_notification ALTER COLUMN id SET DEFAULT nextval('public.river_notification_id_seq'::regclass);
INSERT INTO public.audit_events VALUES
	('01a213dd-1f34-7175-a6f5-601ed618d1f8', '2026-11-25 17:59:48.276095+00', 'signing_key_added', NULL, NULL, NULL, NULL, 'AV3WIZ2yAeQgTfGS39dfPw7WJsKSji_zh5HZiIORRg4'),
	('01a213dd-1f82-78b7-b06c-d7c69a8d9da6', '2026-11-25 17:59:48.354571+00', 'signed_up', '01a213dd-1f82-78b3-b1a0-d8371b80c8bf', NULL, '\x01e742dfbd17c28afb6edd5ac4b8c96b9edcad90acb4da738dec2d778d5ea4667f06ae1f31', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-1fbb-77d3-8267-729434eefb40', '2026-11-25 17:59:48.411512+00', 'address_verified', '01a213dd-1f82-78b3-b1a0-d8371b80c8bf', '01a213dd-1fbb-77cb-8891-5289d7c7d7c1', '\x01e742dfbd17c28afb6edd5ac4b8c96b9edcad90acb4da738dec2d778d5ea4667f06ae1f31', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-1fda-7978-969d-78f261d663e4', '2026-11-25 17:59:48.44262+00', 'signed_up', '01a213dd-1fda-7975-8abe-7b1dd31aad43', NULL, '\x01e742dfbd1e2c1868ddefac0b29b2fb329e1905f009e14d693e3899125fc3f1467d6a4513', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-1fea-752d-b020-11d89356140d', '2026-11-25 17:59:48.458339+00', 'address_verified', '01a213dd-1fda-7975-8abe-7b1dd31aad43', '01a213dd-1fea-74c5-906e-115d417160e3', '\x01e742dfbd1e2c1868ddefac0b29b2fb329e1905f009e14d693e3899125fc3f1467d6a4513', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-1ff1-708c-a986-10e3a1d591ee', '2026-11-25 17:59:48.465035+00', 'signed_up', '01a213dd-1ff1-7087-a7ae-f780b223cf5b', NULL, '\x01e742dfbda464c45e3672b884a83fbb99493419dd51f969ec106b27704caad2a57c276db1', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-1ffe-7298-b8e0-d5c66c361c44', '2026-11-25 17:59:48.47817+00', 'address_verified', '01a213dd-1ff1-7087-a7ae-f780b223cf5b', '01a213dd-1ffe-7292-8aaa-277ae635c7fb', '\x01e742dfbda464c45e3672b884a83fbb99493419dd51f969ec106b27704caad2a57c276db1', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-200d-7adc-aa53-b78b802ef10b', '2026-11-25 17:59:48.493711+00', 'signed_up', '01a213dd-200d-7ad8-a437-412e5cca1b9d', NULL, '\x01e742dfbde961e8c29fc4f2b2852dfa09ef23722cad5271ae48afe60b5877da3dd2af9c2d', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-201f-7614-98f9-facd37d0374d', '2026-11-25 17:59:48.511398+00', 'address_verified', '01a213dd-200d-7ad8-a437-412e5cca1b9d', '01a213dd-201f-760e-a9e4-0bcbbbaa31e2', '\x01e742dfbde961e8c29fc4f2b2852dfa09ef23722cad5271ae48afe60b5877da3dd2af9c2d', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-202a-7941-befb-ccb8a3cb54c6', '2026-11-25 17:59:48.522606+00', 'signed_up', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x01e742dfbd169dc9b857f1fe6d59ed8a1827cede2d2b8bcd26ed7b4ca78e35c73c6a2d0eb1', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-2038-7bf3-80cf-e58896eadf2a', '2026-11-25 17:59:48.536783+00', 'address_verified', '01a213dd-202a-793e-811b-564fdf5fd71c', '01a213dd-2038-7bec-bf85-f24203c848ef', '\x01e742dfbd169dc9b857f1fe6d59ed8a1827cede2d2b8bcd26ed7b4ca78e35c73c6a2d0eb1', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-203a-7e08-b924-a02f57f0fc09', '2026-11-25 17:59:48.538919+00', 'signed_up', '01a213dd-203a-7e06-be5a-c3db99e6d153', NULL, '\x01e742dfbd21334330a68e882859ab9af7433483aad39f5ccd844b20f73c1ce5134a93c698', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-233e-7b03-af52-06abe52ca71e', '2026-11-25 17:59:49.310721+00', 'address_verified', '01a213dd-203a-7e06-be5a-c3db99e6d153', '01a213dd-233e-7afd-93c4-0b82beea66fd', '\x01e742dfbd21334330a68e882859ab9af7433483aad39f5ccd844b20f73c1ce5134a93c698', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-2340-7c98-825c-d2bef39dd19f', '2026-11-25 17:59:49.312825+00', 'signed_up', '01a213dd-2340-7c95-994d-c2926116f385', NULL, '\x01e742dfbd51791093caf56d2825246ce9fd2ddef962cfbb9549b6ae02f8315d1d350bb3e9', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-234f-7241-b93a-81bba076cf73', '2026-11-25 17:59:49.327147+00', 'address_verified', '01a213dd-2340-7c95-994d-c2926116f385', '01a213dd-234f-723b-8f01-da22cc07aa72', '\x01e742dfbd51791093caf56d2825246ce9fd2ddef962cfbb9549b6ae02f8315d1d350bb3e9', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', NULL),
	('01a213dd-263e-77a9-af05-be321f7c7b5e', '2026-11-25 17:59:50.078502+00', 'logged_in', '01a213dd-1f82-78b3-b1a0-d8371b80c8bf', '01a213dd-263e-779e-94f7-3b2b896cfbfb', '\x0116fd5842661d7ac79eeb7f25b361119b1cfbe28c39f631883e5892c87a530f3cd77ca248', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2642-7689-b797-8b3d3b52e859', '2026-11-25 17:59:50.082428+00', 'logged_out', '01a213dd-1f82-78b3-b1a0-d8371b80c8bf', '01a213dd-263e-779e-94f7-3b2b896cfbfb', NULL, '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2652-78f7-93e6-5919f7fbb13d', '2026-11-25 17:59:50.098587+00', 'logged_in', '01a213dd-1f82-78b3-b1a0-d8371b80c8bf', '01a213dd-2652-78f3-9985-f4201c5a9834', '\x0116fd5842661d7ac79eeb7f25b361119b1cfbe28c39f631883e5892c87a530f3cd77ca248', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2683-779f-b307-ea01f6fc8a72', '2026-11-25 17:59:50.147499+00', 'terminated', '01a213dd-1ff1-7087-a7ae-f780b223cf5b', '01a213dd-1ffe-7292-8aaa-277ae635c7fb', NULL, '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-269e-77da-9831-9ed40c62829d', '2026-11-25 17:59:50.174514+00', 'signed_up', '01a213dd-269e-77d7-9540-b9aaa8b6692a', NULL, '\x0116fd5842780ca7fbaefb93152c00261e29da0a0b8a796493435cf28299b6fb6ed5ef4fc1', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-26d2-7608-b314-8edc9fdc400f', '2026-11-25 17:59:50.226395+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-26e3-7b56-a361-395038cdf581', '2026-11-25 17:59:50.243743+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-26f3-7c3b-a00e-8ce083d8a3e3', '2026-11-25 17:59:50.259801+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2710-7aab-806c-462d13654b39', '2026-11-25 17:59:50.288699+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-274c-71a3-b3eb-73e5be0a44f3', '2026-11-25 17:59:50.348107+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-274c-71a8-aacc-fbed6b625cbc', '2026-11-25 17:59:50.348108+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-275b-7be7-84bd-2f921530d937', '2026-11-25 17:59:50.36378+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-275b-7bed-acba-858677546ebe', '2026-11-25 17:59:50.363781+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2776-7b9c-abd2-f32d64fa65a7', '2026-11-25 17:59:50.390761+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2776-7ba5-b0bd-c51b0199c057', '2026-11-25 17:59:50.390763+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-278d-783c-8df1-49e8d0a70832', '2026-11-25 17:59:50.41354+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-278d-7841-b7a7-c8c31cc37c06', '2026-11-25 17:59:50.413541+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-279d-7cb7-b3ad-13ccf62401fe', '2026-11-25 17:59:50.429833+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-279d-7cbf-9d9e-6ba845c08eaa', '2026-11-25 17:59:50.429835+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27a8-7d77-a9db-589d717f6a0d', '2026-11-25 17:59:50.440882+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27a8-7d7e-8ea5-4932c3071f42', '2026-11-25 17:59:50.440884+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27af-7368-bf2c-095b040abcfd', '2026-11-25 17:59:50.447223+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27af-736f-abfb-3bc34ab2a6ee', '2026-11-25 17:59:50.447225+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27bd-7d63-a573-176a5210f38b', '2026-11-25 17:59:50.461877+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27bd-7d69-866e-b558b7b0ed4c', '2026-11-25 17:59:50.461879+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27c5-78a8-8f7b-e4fe727ae008', '2026-11-25 17:59:50.469567+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27c5-78ae-be85-91b7bebe60cb', '2026-11-25 17:59:50.469568+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27cc-7dd4-9cea-eb8f3dbd9823', '2026-11-25 17:59:50.476906+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27cc-7ddd-9648-c09c36cff8a6', '2026-11-25 17:59:50.476908+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27d6-7e14-bfb1-ba96fb4c4861', '2026-11-25 17:59:50.486922+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27d6-7e1b-b4a8-feb523cbb773', '2026-11-25 17:59:50.486924+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27e3-7a35-8470-9a11713c4de2', '2026-11-25 17:59:50.499669+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27e3-7a3a-ab0d-d83c41501399', '2026-11-25 17:59:50.49967+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27f0-7cc1-829d-1b711e93be28', '2026-11-25 17:59:50.512836+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27f0-7cc5-86bc-0e6437c33a7e', '2026-11-25 17:59:50.512837+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27fa-7643-8364-ed2175a9a8f2', '2026-11-25 17:59:50.52241+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-27fa-7647-8c72-1735178f2918', '2026-11-25 17:59:50.522411+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2827-7430-b726-ece542a462d8', '2026-11-25 17:59:50.567274+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2827-7436-b82c-2d06feafaf8d', '2026-11-25 17:59:50.567276+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2851-7b27-88a4-df07abb2b34f', '2026-11-25 17:59:50.609731+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2851-7b2e-9cc9-ead132bb578d', '2026-11-25 17:59:50.609732+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2862-7898-a732-6c763752c0c6', '2026-11-25 17:59:50.626563+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2862-789d-a807-d0d3181b62f9', '2026-11-25 17:59:50.626564+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-287a-784e-9c11-4e631d7d6169', '2026-11-25 17:59:50.650544+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-287a-788f-8094-cb18a8204430', '2026-11-25 17:59:50.650561+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2886-755c-83e0-ad06de46f399', '2026-11-25 17:59:50.662351+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2886-7560-bf44-4d2ee61367c3', '2026-11-25 17:59:50.662352+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-289e-7a6b-9a40-353c7c398d42', '2026-11-25 17:59:50.686682+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-289e-7a71-b63d-70dc9e797bbe', '2026-11-25 17:59:50.686684+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e6c-7d9c-aa5a-75aa1634f5bc', '2026-11-25 17:59:52.172892+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e6c-7da1-b55b-a0502967db66', '2026-11-25 17:59:52.172893+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-36d6-7c9f-9705-c121b2e9b8da', '2026-11-25 17:59:54.326827+00', 'signed_up', '01a213dd-36d6-7c9c-9491-713a2a89c2e4', NULL, '\x0116fd5842e52bc89c5cf44468b7077204e041b21a3aa426c625912444c852fb2358b9a94c', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-36e9-7efa-827c-f64fbf884b15', '2026-11-25 17:59:54.345981+00', 'terminated', '01a213dd-203a-7e06-be5a-c3db99e6d153', '01a213dd-233e-7afd-93c4-0b82beea66fd', NULL, '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-28d9-71fd-a625-9950855b96d2', '2026-11-25 17:59:50.74513+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-28d9-7206-ad5f-b39940697cb2', '2026-11-25 17:59:50.745132+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-28fb-7e81-a874-2b0018872e38', '2026-11-25 17:59:50.77995+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-28fb-7e85-91a0-a9380733d662', '2026-11-25 17:59:50.779951+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2916-7ae7-a171-b52fce513487', '2026-11-25 17:59:50.806714+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2916-7aec-b98f-07069189a837', '2026-11-25 17:59:50.806716+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2935-7ed4-b780-936bd3fc4497', '2026-11-25 17:59:50.837971+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2935-7eda-aedd-d70705f2683b', '2026-11-25 17:59:50.837973+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2951-78e9-a3d8-ad3a0980abba', '2026-11-25 17:59:50.865584+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2951-78ee-b145-678cdc4e2679', '2026-11-25 17:59:50.865585+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-296d-703b-99a5-518b06956781', '2026-11-25 17:59:50.893015+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-296d-703f-9d0a-615232510cd2', '2026-11-25 17:59:50.893016+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2982-7c33-b4d0-c784f85a193d', '2026-11-25 17:59:50.914799+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2982-7c36-9977-5bf8618ac20f', '2026-11-25 17:59:50.9148+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-29af-7920-83f3-c265d72fc9d1', '2026-11-25 17:59:50.959598+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-29af-7924-b5aa-09690eb05275', '2026-11-25 17:59:50.959599+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-29c1-7bf8-97d7-1adf230954e4', '2026-11-25 17:59:50.977784+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-29c1-7bfc-9e2f-fc817a58f97e', '2026-11-25 17:59:50.977785+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-29d3-7231-8be1-8de65055aa46', '2026-11-25 17:59:50.995143+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-29d3-7235-a403-93b0e7f1fa3a', '2026-11-25 17:59:50.995144+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-29e6-78c8-a344-b5819d65acc0', '2026-11-25 17:59:51.014575+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-29e6-78cc-8396-658eee80e91e', '2026-11-25 17:59:51.014576+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-29fd-76a0-9aad-4868c44ed686', '2026-11-25 17:59:51.037434+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-29fd-76a6-8037-5b3262a9db87', '2026-11-25 17:59:51.037436+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2a0c-7821-a040-c145c58a7d47', '2026-11-25 17:59:51.052533+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2a0c-7828-88d6-beafdb77c546', '2026-11-25 17:59:51.052534+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2a2e-7f1e-aa00-c32c14a34f10', '2026-11-25 17:59:51.08699+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2a2e-7f23-8033-ef2b20a782b9', '2026-11-25 17:59:51.086992+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2a61-7284-a261-18a227c8a8c6', '2026-11-25 17:59:51.137164+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2a61-7289-93b6-607155e27f6b', '2026-11-25 17:59:51.137166+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2a72-7944-93ad-f546ec0c8bca', '2026-11-25 17:59:51.154607+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2a72-7948-9239-7560d0f77105', '2026-11-25 17:59:51.154608+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2a9d-7a6e-86c5-b829ea3214c1', '2026-11-25 17:59:51.197683+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2a9d-7a74-b654-8c1d6c8383ee', '2026-11-25 17:59:51.197685+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2abd-7912-b90f-3793e1916500', '2026-11-25 17:59:51.229594+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2abd-7918-9ec2-3ae07002b76c', '2026-11-25 17:59:51.229596+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2ae3-760c-a722-ba0d8417ee9d', '2026-11-25 17:59:51.267396+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2ae3-7611-844f-2663dd3197e9', '2026-11-25 17:59:51.267397+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2aec-72a3-9d22-47eefa71352b', '2026-11-25 17:59:51.276173+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2aec-72a9-b12c-fc8243ccda4d', '2026-11-25 17:59:51.276174+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2af5-7889-9008-8543b88d19fe', '2026-11-25 17:59:51.285559+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2af5-788f-a674-24f433877f6d', '2026-11-25 17:59:51.285561+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b08-73b9-b947-975635c3abc5', '2026-11-25 17:59:51.304244+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b08-73c1-bdb2-55db2f0e7fc3', '2026-11-25 17:59:51.304246+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b17-7339-808b-336c132aa112', '2026-11-25 17:59:51.319211+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b17-733c-a64e-8dde76348b3c', '2026-11-25 17:59:51.319212+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b26-7c08-a441-f7d55a37719a', '2026-11-25 17:59:51.334788+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b26-7c0c-944e-940ea706cfe9', '2026-11-25 17:59:51.334789+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b35-739c-8a1b-4fb85c3a356f', '2026-11-25 17:59:51.349236+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b35-73a2-ae75-2c52d292d0e1', '2026-11-25 17:59:51.349238+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b46-757d-9c28-65d533959e62', '2026-11-25 17:59:51.366359+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b46-7582-be33-feecf33ae51a', '2026-11-25 17:59:51.366361+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b52-77ed-bce6-b4e568109ebe', '2026-11-25 17:59:51.378519+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b52-77f0-86f7-50126032edc8', '2026-11-25 17:59:51.37852+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b61-7d94-bd11-7c658665cae7', '2026-11-25 17:59:51.39389+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b61-7d98-b6c3-2f9165fd2274', '2026-11-25 17:59:51.393891+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b70-7120-a1ba-618482f54986', '2026-11-25 17:59:51.408073+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b70-7124-8ed5-d2b52adc6f9a', '2026-11-25 17:59:51.408074+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b8d-78e6-a807-5c3b4c522b67', '2026-11-25 17:59:51.437583+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2b8d-78ec-a9c0-817a6364a3c6', '2026-11-25 17:59:51.437584+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2ba9-7799-a08a-8322b56a484e', '2026-11-25 17:59:51.465498+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2ba9-779d-a956-89737ebd1432', '2026-11-25 17:59:51.465499+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2be5-7d51-a9b1-1fbbedf59381', '2026-11-25 17:59:51.525872+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2be5-7d55-b062-dfe92652c259', '2026-11-25 17:59:51.525873+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2bf7-78e9-904d-38a5fd827a30', '2026-11-25 17:59:51.543584+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2bf7-78ee-b94c-2258e95d9ef4', '2026-11-25 17:59:51.543585+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2c07-7004-bb34-6b02b5fb354c', '2026-11-25 17:59:51.559001+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2c07-7009-9efe-c444cc191e9f', '2026-11-25 17:59:51.559002+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2c0d-7208-975d-4322a50bb336', '2026-11-25 17:59:51.565133+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2c0d-720b-9d59-7222dde092d6', '2026-11-25 17:59:51.565134+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2c1f-7040-8c9d-560a7dfe3dcf', '2026-11-25 17:59:51.583016+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2c1f-7044-a4f1-2d8b845be473', '2026-11-25 17:59:51.583017+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2c42-7f0d-85b0-a905b627ea41', '2026-11-25 17:59:51.618986+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2c42-7f11-9aec-9391dc872fab', '2026-11-25 17:59:51.618987+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2c5e-77fc-918f-9144f18942b1', '2026-11-25 17:59:51.646523+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2c5e-7800-bf44-86c6d5a61450', '2026-11-25 17:59:51.646524+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2c86-7877-b3cf-60aa98ffffe9', '2026-11-25 17:59:51.686555+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2c86-787b-af2b-eba3452dd790', '2026-11-25 17:59:51.686555+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2caa-7910-a553-3cad776428de', '2026-11-25 17:59:51.722594+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2caa-7915-afeb-dab31976ddd4', '2026-11-25 17:59:51.722595+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2cc1-7c91-b759-66c9b9e507fb', '2026-11-25 17:59:51.745823+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2cc1-7c94-a61b-3d200c62d8dc', '2026-11-25 17:59:51.745824+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2cd7-706c-8cb6-1c16e4a8b924', '2026-11-25 17:59:51.767028+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2cd7-7071-b200-f9568b3a6a70', '2026-11-25 17:59:51.767029+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2ce5-70dc-bbf7-8b598b2930c4', '2026-11-25 17:59:51.781056+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2ce5-70e0-bc0e-8fb70e3b2abd', '2026-11-25 17:59:51.781057+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2cf6-78c4-9ac3-90386f24da0c', '2026-11-25 17:59:51.798574+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2cf6-78c8-b619-3f86b7bd00a2', '2026-11-25 17:59:51.798575+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d0a-759d-80cd-404c448811bd', '2026-11-25 17:59:51.818368+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d0a-75a0-a3c7-39266ec4fa35', '2026-11-25 17:59:51.818368+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d1c-72e4-81a3-14845a29963d', '2026-11-25 17:59:51.836189+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d1c-72e7-b039-2908310441b2', '2026-11-25 17:59:51.83619+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d2c-70df-86bb-07c877cd7044', '2026-11-25 17:59:51.852057+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d2c-70e1-ae46-08bd79eb4be0', '2026-11-25 17:59:51.852057+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d3e-795b-af09-cb2e7586b041', '2026-11-25 17:59:51.870613+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d3e-7960-a73c-3ad51e6c3ca5', '2026-11-25 17:59:51.870614+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d51-7c8b-93aa-4a0b8f1b8bef', '2026-11-25 17:59:51.889822+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d51-7c8f-9b60-330e647504c4', '2026-11-25 17:59:51.889823+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d5b-7573-b792-d078d63aa277', '2026-11-25 17:59:51.899357+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d5b-7577-8bf2-b139b92b246b', '2026-11-25 17:59:51.899358+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d73-7892-ac67-d537c5b78b5c', '2026-11-25 17:59:51.923561+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d73-7895-a4f9-8425f5146089', '2026-11-25 17:59:51.923562+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d7f-7106-b391-00079d45ce9b', '2026-11-25 17:59:51.935067+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d7f-710a-8606-0172aa922fdb', '2026-11-25 17:59:51.935068+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d92-7c63-a557-ce0fdd31ac85', '2026-11-25 17:59:51.954811+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2d92-7c67-95b7-19c9bb3feb43', '2026-11-25 17:59:51.954813+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2da6-7213-9f61-2bdd2bb2f68b', '2026-11-25 17:59:51.974136+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2da6-7216-a817-d48bf2058e8b', '2026-11-25 17:59:51.974136+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2db8-70e1-b6e1-d0e0ed5b34b9', '2026-11-25 17:59:51.992057+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2db8-70e5-be66-84e7aa7f8bbb', '2026-11-25 17:59:51.992058+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2dc3-796f-b3f9-9c3a4f938d96', '2026-11-25 17:59:52.003618+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2dc3-7972-8cca-be6a881c2949', '2026-11-25 17:59:52.003619+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2dd3-77bc-aa9b-08aa7c84d3fc', '2026-11-25 17:59:52.019507+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2dd3-77c1-89cc-f5131688e34a', '2026-11-25 17:59:52.019508+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2ded-74d8-a85e-69b5106f51a6', '2026-11-25 17:59:52.045317+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2ded-74e3-8757-7083affd1322', '2026-11-25 17:59:52.04532+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2dfe-7785-a09b-d6fa869f9b61', '2026-11-25 17:59:52.062492+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2dfe-7789-8d9b-cf8ad86d7258', '2026-11-25 17:59:52.062494+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e0d-7a91-aa44-ffd94b9e8ecf', '2026-11-25 17:59:52.077692+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e0d-7a95-b1ef-6ac894bede0d', '2026-11-25 17:59:52.077693+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e1b-79e4-9087-2d863d196cda', '2026-11-25 17:59:52.091648+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e1b-79e8-ac6f-dd07ca80068a', '2026-11-25 17:59:52.091649+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e26-7a8e-81d9-e6845770e368', '2026-11-25 17:59:52.102691+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e26-7a92-9723-2ffbf4f2ec15', '2026-11-25 17:59:52.102693+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e33-7bbd-9cb3-2359f478b161', '2026-11-25 17:59:52.115769+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e33-7bbf-8229-5fd3a8bf287d', '2026-11-25 17:59:52.11577+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e49-74d1-bdf8-beabd241868f', '2026-11-25 17:59:52.137315+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e49-74d4-bb3e-3d71c3b285ba', '2026-11-25 17:59:52.137316+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e56-7265-9920-35c6fb18a143', '2026-11-25 17:59:52.150157+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e56-7268-aec0-a26d4add12d7', '2026-11-25 17:59:52.150157+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e7e-7b96-bc45-e069c2ac1781', '2026-11-25 17:59:52.190759+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e7e-7b9a-b410-7350ef23833b', '2026-11-25 17:59:52.19076+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e91-713a-bc6a-39678ad61b28', '2026-11-25 17:59:52.20908+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2e91-713d-83a2-a33de042b0df', '2026-11-25 17:59:52.209081+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2ea3-785d-bad5-d52263af33f5', '2026-11-25 17:59:52.227548+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2ea3-7860-9c17-465a56c1f3bb', '2026-11-25 17:59:52.227549+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2eb9-7c85-8a4b-cbbe9ecc94f4', '2026-11-25 17:59:52.24982+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2eb9-7c89-b21e-2cb78f3a58d4', '2026-11-25 17:59:52.249821+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2eca-792e-b2e2-59124d6224e9', '2026-11-25 17:59:52.266601+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2eca-7932-a375-84886396accb', '2026-11-25 17:59:52.266602+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2edf-70bb-9f8c-9ce8fc282f81', '2026-11-25 17:59:52.287048+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2edf-70c0-bc6a-400a8d313e5f', '2026-11-25 17:59:52.287049+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2eeb-7d0b-8740-6d14b8f110d1', '2026-11-25 17:59:52.299855+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2eeb-7d0e-8ea8-5f3934eb296f', '2026-11-25 17:59:52.299855+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2f01-7535-beb2-a91570675d44', '2026-11-25 17:59:52.321341+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2f01-7539-8605-18a5129cdee8', '2026-11-25 17:59:52.321342+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2f15-714d-88e1-cdafb913e789', '2026-11-25 17:59:52.341085+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2f15-7153-b03a-d37644c2d1d7', '2026-11-25 17:59:52.341086+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2f27-729d-a383-0ee3aa84a3f7', '2026-11-25 17:59:52.359171+00', 'password_refused', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2f27-72a1-b9b8-8315e4b03604', '2026-11-25 17:59:52.359172+00', 'throttled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-2f27-78de-954a-40dcd55c114c', '2026-11-25 17:59:52.359581+00', 'password_disabled', '01a213dd-202a-793e-811b-564fdf5fd71c', NULL, '\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-3273-7854-9198-3d62cc884b41', '2026-11-25 17:59:53.203545+00', 'password_refused', '01a213dd-200d-7ad8-a437-412e5cca1b9d', NULL, '\x0116fd58423ddbf557222e71e27710944153b34588024bdf8850988b9c1a40089671d7579f', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-3277-73c9-9418-8f7d3230651b', '2026-11-25 17:59:53.207248+00', 'password_refused', '01a213dd-200d-7ad8-a437-412e5cca1b9d', NULL, '\x0116fd58423ddbf557222e71e27710944153b34588024bdf8850988b9c1a40089671d7579f', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-3284-760c-af61-4b0a2df2fecf', '2026-11-25 17:59:53.220396+00', 'password_refused', '01a213dd-200d-7ad8-a437-412e5cca1b9d', NULL, '\x0116fd58423ddbf557222e71e27710944153b34588024bdf8850988b9c1a40089671d7579f', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL),
	('01a213dd-3288-795f-9451-a8b5394c5b89', '2026-11-25 17:59:53.224614+00', 'password_refused', '01a213dd-200d-7ad8-a437-412e5cca1b9d', NULL, '\x0116fd58423ddbf557222e71e27710944153b34588024bdf8850988b9c1a40089671d7579f', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', NULL);
INSERT INTO public.audit_heads VALUES
	(15, '\xbdb6384ea4bc21d3c66dcda51e97d3691c5bb89b2a656338048d5d63a8992511', '2026-11-25 17:59:49.856069+00', '\x01e742dfbdf9c214be58ac735b2b4be320bda1ce014429b5feb4a5faabb56d12e66b179735'),
	(217, '\x209f271738c17570128a379faed5a235abbca4d9495129342e54b7c51a404d3b', '2026-11-25 17:59:53.176792+00', '\x0116fd5842c59b959f05d3c7cff29778ee62d09be7eecdd6d6e4b5ec43574af437ef77b5ba'),
	(221, '\xa7aa24bdc6e6f42fdc2e5fe001212905d1f9e9135b09b0c3c239ce8b244a245d', '2026-11-25 17:59:54.218798+00', '\x0116fd58429e77f80b120b7d45ae7003dd57af42ee5ec62e4ecab20aaa845f2cc7c1373d28');
INSERT INTO public.audit_pending VALUES
	('01a213dd-36d6-7c9f-9705-c121b2e9b8da'),
	('01a213dd-36e9-7efa-827c-f64fbf884b15');
INSERT INTO public.audit_seals VALUES
	(1, '01a213dd-1f34-7175-a6f5-601ed618d1f8', '\xa6c18c734846960a391b2060beec7f2f8f4112601a3e3594a8940d7e57c0963c', '\xf6508fbcafc427d8725fb785d58d7ff85d1282ab469803fc4f1a2dd567b71cb6'),
	(2, '01a213dd-1f82-78b7-b06c-d7c69a8d9da6', '\x1825e7ffacd0512427e4e357bce147efc14e39f520a7f21d59b5d517c40a579b', '\xd5af43767d14cbf4a4f576e833e68a2893ff3ce5caa4ed42fa481e841d492d20'),
	(3, '01a213dd-1fbb-77d3-8267-729434eefb40', '\xfe571d5918e6716f7ab39340cfe87b3843a17371862515ebd9046a0780960318', '\x9589330ffd07f544e8404ae9e1013704475e6cb4b1728bcd73e4ff8ffd8a7e8c'),
	(4, '01a213dd-1fda-7978-969d-78f261d663e4', '\x5973f424ee1729d649edb08422ab0447c4eeacb89543199253ff2032acfb6bf3', '\xb7e1ac0ca619346ff46b458bd7d00ad7ee7ff00fa5bd17ae549bbcfbbec2f216'),
	(5, '01a213dd-1fea-752d-b020-11d89356140d', '\x685ec3147521cdc496aa27bf31cf76ac28ddac3958c183d261b53c726fe883b6', '\x60277d29cfa54e3e12ac12bfc846319edc73f5a98558341c33a829bb514292f4'),
	(6, '01a213dd-1ff1-708c-a986-10e3a1d591ee', '\x81ff6a6dd0c11767468ceb6e462af319d87345a8b1d0536853c22e29ba3de09c', '\xdd551b5eea1184f9e1c59306170332dc11dd87b74d8976a575f3b7e458293887'),
	(7, '01a213dd-1ffe-7298-b8e0-d5c66c361c44', '\x56f415523e0f1a48cb9e661e1ae3d25b2107c65dda69ae01828356ad36b26abe', '\x436f5fe2cb2f5e7e8a9e0badf0c2c25b4814b4fe947b945a7f16a5ca3a1693c1'),
	(8, '01a213dd-200d-7adc-aa53-b78b802ef10b', '\x2073068873831abb7e7eb8705d1da69d12548d2c7d3fcf1c77a687538b3af904', '\x42fb202c3f8a0f648ae4d20ad077bcaa7fa052db2d3d12c8ada70b4145c47c79'),
	(9, '01a213dd-201f-7614-98f9-facd37d0374d', '\xc8626791ca7532a3c4f29404cbfc278224c5f8c9beefa800a93171d45f9c9746', '\xe8dcdc426e84faf6498d7577286ee9cb925e99f1e9019bbd0fc12cce64aac23e'),
	(10, '01a213dd-202a-7941-befb-ccb8a3cb54c6', '\xa95e63112676fac2e79f9afc8ce69cdec83c5eaccb06b757fe8d11284d5ecbc7', '\x1913978322140e3b2bc451c997b0237d97babf84c721f2478af99068262207f9'),
	(11, '01a213dd-2038-7bf3-80cf-e58896eadf2a', '\x3425fe077baa40b7a818fd05698b27bfe0b0d0175e7005a3fcea68229c19911c', '\x808de02eaa155817e771920ecc6d004b468befe076ad540a4fb49bcbee004b87'),
	(12, '01a213dd-203a-7e08-b924-a02f57f0fc09', '\xd6f093a608056c4471cf349737914fcf5541a40b4a78861aa57ad471237a2c66', '\xe3e7eccb77c4c545c959783143eb13c08537b474aa3d24b6b16214fc38bc543a'),
	(13, '01a213dd-233e-7b03-af52-06abe52ca71e', '\xbaa5081f9c1e0156cf3c363f29e06887c3134098651c4e03a9adcc17b55610c0', '\xb39385bd7800b6f60dea561a518019fac5e7589ac290fed45bcf0097aa4fd317'),
	(14, '01a213dd-2340-7c98-825c-d2bef39dd19f', '\x08902298480386ac55897284fad65b1427aed6b34be5ea5b415687304d6f7c42', '\xdd13c58d054e4058a8f3d41741d3d777956b4d3a6c4b4bf73518b3104f726554'),
	(15, '01a213dd-234f-7241-b93a-81bba076cf73', '\x6e7dd84f929a519a6c85e95dd7656dfec8907b276b009fbfe4e05eda171695a7', '\xbdb6384ea4bc21d3c66dcda51e97d3691c5bb89b2a656338048d5d63a8992511'),
	(16, '01a213dd-263e-77a9-af05-be321f7c7b5e', '\x89d371ad59441971b5a5748f76f02b2d13dceb2c472339281ce05691832c1dda', '\xd01de522e538479f1deac0948fe3b48aea06fb3b613b512799f55a67d16bcef3'),
	(17, '01a213dd-2642-7689-b797-8b3d3b52e859', '\x8c0428b453665a32ee33c84a9093074ab2bcefa948d95b8374d9a921d186d51a', '\x6cea3cce866c0418c0c6aff4b2ce511126a31aa12e5e8093ddb5c954f1f8864d'),
	(18, '01a213dd-2652-78f7-93e6-5919f7fbb13d', '\xa7e5bedeb947bcb18ec09390bb658c46ee568778efe3ff4ab7f463e9f86e27cf', '\xfd59890c2488bb46ac1058dde94facff331b09e5f5ecf67e5c0abe8034968025'),
	(19, '01a213dd-2683-779f-b307-ea01f6fc8a72', '\xc8dd08962f24b88cd123f46057afb7d99c5f1b249fbdcced0575758829cb148f', '\x7196c42da99fbac5b2b4c4a30a5a35b12fcedbb9b5f41715992a96e6eb180df7'),
	(20, '01a213dd-269e-77da-9831-9ed40c62829d', '\x919c07b73f0b81a40a081577177305376bc1e2dd251cd3e5a150b80798829f3e', '\xeede1733d3c59d29996983cc1486020d884b74a454b7fd0d7d526a3255bebcf8'),
	(21, '01a213dd-26d2-7608-b314-8edc9fdc400f', '\x676ed082c7ac7dc993e9c3e016201ab777b08b0364799c387ce70986469b2a06', '\x978dd71bfcda8e156099d6c1d3b1f000443c1180b77855d3b55b7492b2f8bc2e'),
	(22, '01a213dd-26e3-7b56-a361-395038cdf581', '\x7ee7fef6a1c4aa6cb020d65ae3f1e12217950a41773037f7020d633ef33718ad', '\xaa07187c2ee602b6404f31bfbcac959a0407ba5036df2ad0aa315cb7f837cfc3'),
	(23, '01a213dd-26f3-7c3b-a00e-8ce083d8a3e3', '\x7f4ff485f98ddc510a64bad8ab2d7c0b92f56ab55bc6d119810d96e44570b6e2', '\x4e24154e2de159b49bf8c7364613ceb9f1c372eeb584d850350d14dea6a4ad7c'),
	(24, '01a213dd-2710-7aab-806c-462d13654b39', '\xbbdecca24a71d47f492b22d06da0146733b5e01b9a9ec3a864b085ed0ad967a0', '\x4c288eeb6153acd095e3eafa90a2eb8fff2d7d46723a2b48f04677d7fffd7586'),
	(25, '01a213dd-274c-71a3-b3eb-73e5be0a44f3', '\xd17ac120cc0eb65090fa4aa7d0b1e6180bb2f9398ffa9a590e5a7610e0bf5d2c', '\xdbd215a61ba0f8034938c8ad78906a9673d89e8098c909582ff9e42073701c9d'),
	(26, '01a213dd-274c-71a8-aacc-fbed6b625cbc', '\x698dc3699f830afd5bed23205f4bab12942a0618477125d902ba4ac83302706e', '\x62d494b46170016d5aa3a99f22844077927863d1714ef62dedcfb8090e627299'),
	(27, '01a213dd-275b-7be7-84bd-2f921530d937', '\x0caf9bbd01981b87aea824d1a42afd5b88dbbef20917568be918a9acc6c81a23', '\xc80cd7361a8ac0bbac0c2aa998580a3182bcc672105005ff9c094799fb21e2fa'),
	(28, '01a213dd-275b-7bed-acba-858677546ebe', '\x361501d265557e6752d9970d4e6b80ea6ecc2ceae8ebd015bdf20d766479ef4b', '\x4fd22d456da3e9397fb4ffd04ec8f3e582ff271b1205e5688ad57de5e9f805e6'),
	(29, '01a213dd-2776-7b9c-abd2-f32d64fa65a7', '\xcde5b7d6670839e642132334fb6942d6d40e236fc44aba04694f595508a0afc4', '\x3eb806cc8701d623ae3b7f41c47421add969016054d3ab33d9220721fb3ed739'),
	(30, '01a213dd-2776-7ba5-b0bd-c51b0199c057', '\xe92b3ac0b1fa4b9163b00e79cb54daf2b459e1b0629ccd0349572085222606c4', '\x0053bf030890be98a02bf0a6b8502e0328b95d5f3f580ef905cc37a7d7edabe0'),
	(31, '01a213dd-278d-783c-8df1-49e8d0a70832', '\x2e1d7b97f78c4859679dd107b769b71c1f6c8574c27200144239a8653dc70265', '\xbecdef97c1556a7c1d73df679b3e56f1c85b96bd6d5b1b5edf1d58b9d98e9afa'),
	(32, '01a213dd-278d-7841-b7a7-c8c31cc37c06', '\xdf3fb3a1e1bfddf952d213775d37ab9cb671e3ab5943bd8762524cbce1e7e128', '\x599591bf4b98b6a029571732a97bc9a9246fb90f161bfde0fa71aa896c1edcee'),
	(33, '01a213dd-279d-7cb7-b3ad-13ccf62401fe', '\x1adc54b51db7c64379c7c3564e56bcdf190e07be7ee569d2f16e9c3da5f0f15c', '\xc4d4bcc8b097e73feb0d3db0869e35999da69620f4359f1940f485f21d031242'),
	(34, '01a213dd-279d-7cbf-9d9e-6ba845c08eaa', '\x0318807570c940fd845f5916bfb350bd758b8173987a7f763d1c3886b53f29c6', '\x367ed1f39d1f8da6358faf84f9d299eeb848f1ed134e1d31f22012e4e24dba6b'),
	(35, '01a213dd-27a8-7d77-a9db-589d717f6a0d', '\x66d0d7300545536d3e5b8de7cf91c6856d622f33669b7f13d5e7492b9c117e34', '\xea2504c99d8cfdf961ef650bb1f0b47a584defff8abef634a245ce69ddc02e0f'),
	(36, '01a213dd-27a8-7d7e-8ea5-4932c3071f42', '\x5a451d154a2aaef7ba138f1264add61ba98e523379ba519185c1fac888ebba97', '\xef7dcac179c1c6d4d643f040c741a80182e257beaaa814abae198b75c9f2c140'),
	(37, '01a213dd-27af-7368-bf2c-095b040abcfd', '\x246c0e44a6f9bf7b49d7308a9bd821c4f2f248d69ece28d527f256d5ccd60715', '\x6b4c8c4e1c82ce8363d7f08ad2429bea5667820ef56c24e0f751ceb5f35a3f9f'),
	(38, '01a213dd-27af-736f-abfb-3bc34ab2a6ee', '\x50392ffdd69a0c8abcfac591d352ace757d230d3020ccaa74edb9e9191627538', '\xb85b8581529a8102555a0381fee45416a755449fc672e5bad6a004f22af99545'),
	(39, '01a213dd-27bd-7d63-a573-176a5210f38b', '\xd0a42740cc1df7cb9bf109c417dfe2b459529b6b1e9d2555730dafdbd95e3c41', '\x8ac0ae1bb1cd45e93c81293c815d8b82677daa4a2ee08a81b0a43afd1832e1ac'),
	(40, '01a213dd-27bd-7d69-866e-b558b7b0ed4c', '\xaef41ce9673c8cf87d5a6d135c508fb270cf4a97e78ea42b271ba771159e3f45', '\x48ee616d3c0b5889ad71a69cbf74183912b46df195bb7d0bdb93c823f078c728'),
	(41, '01a213dd-27c5-78a8-8f7b-e4fe727ae008', '\xf8b4cba9b35497604f05e89ea6ca23b3b412871fea67085b509a29df36693649', '\x32b3245e8dbc89d0bac6f17ce43faaa5062526964e10535a27a5539e0bb5216d'),
	(42, '01a213dd-27c5-78ae-be85-91b7bebe60cb', '\xc533b686642d1ecccb27771c53af427f75ad9349d935ea49500b44f72d933567', '\x2d7308b743e03152877318065f6922f47efd2d38c5d7bf51a1c3bdebcb7b578f'),
	(43, '01a213dd-27cc-7dd4-9cea-eb8f3dbd9823', '\xf4cdddee32e70e74a92c2ca1f5140c3e62c8aac21a2b61fa394a692221bfe1cf', '\x96c751679b76664d5659953a3352adf8f60a377fbd24ced888ac5f6087b659bb'),
	(44, '01a213dd-27cc-7ddd-9648-c09c36cff8a6', '\x56df8bf56f91cdb1a6ea69dbd9dddc540200d1d02328a29d4283f9f7f134d12a', '\x95584fa8ab7625017115366fd169ddaf4b2a12f2746f4b98b693834224fa4e5a'),
	(45, '01a213dd-27d6-7e14-bfb1-ba96fb4c4861', '\x8d5e06d451b58e92b98a39a644cdfc4c79d459d97678d1fd496b4bc4f27df09e', '\xa9404623a55721bb05bef8e04a55ac817fb1522898d890964a491e31d155e297'),
	(46, '01a213dd-27d6-7e1b-b4a8-feb523cbb773', '\x33e437b7448e186e6cde810f5b9507fbd3d17eb8ebc9080f6a478b73f79598a5', '\xc070682e9c9af227dc2d93d0ff7b7bb6d08ffcc54a5b4e825256354b9e192ece'),
	(47, '01a213dd-27e3-7a35-8470-9a11713c4de2', '\x107716fefcb7db18e3a1e95eb725645f6fdda9acb0838860274dd2cefe37a929', '\x05f0c3289059dcfd5228821607456daf220a4d1e8ee13894f8f8e0bca2b2b965'),
	(48, '01a213dd-27e3-7a3a-ab0d-d83c41501399', '\x915fd2d8be1ab0c6fb1390a77ab016b28c8b041561ae06bed19976d25f4f95b9', '\x40ed634222cc1649738abfd597de02d0b083d9d601d764bff6fce2294d184bc0'),
	(49, '01a213dd-27f0-7cc1-829d-1b711e93be28', '\x5a6d15d54d5682bbb9cebe0911395f4e10fb155a3ffcfbf6b54606a515657cf0', '\xe57632e802e8b0bb2b36b4136e9ffb0275edd5813c346086cb97f78da5e7c1a6'),
	(50, '01a213dd-27f0-7cc5-86bc-0e6437c33a7e', '\x71be374b024735e37e83c92119aa19ecb00f7a4b2c53a0f7184e5b0f00a8e535', '\x87dd2fa95e844da8e8d8078a6062730cc9c70b52f0ef40e489f1dfd8382014cb'),
	(51, '01a213dd-27fa-7643-8364-ed2175a9a8f2', '\x7390ff0dbc0efe21d905ba23f8ceb5f130256c75fbef90e4372bd388a914f3a8', '\x8e22430979d2003d9cee1ff9a74d048bf49bbbe54ce82a3be83a7d8714743dae'),
	(52, '01a213dd-27fa-7647-8c72-1735178f2918', '\x8e5d7780636ba92d5ebaccd765847aac7251444f163ae465ea10225740e8a72c', '\x9f8382fba56f3e56345332b31b0c1896d2fea76d6c8d154cc65e5706835f3bac'),
	(53, '01a213dd-2827-7430-b726-ece542a462d8', '\x5261545f2c5a83a1dd67cd144994b7382073297a7acf62623af80284fa914d3b', '\xb6789e66a3c3652af3bb2c6132dde0d84c2957a9f72e1b0b96d68a0730078914'),
	(54, '01a213dd-2827-7436-b82c-2d06feafaf8d', '\x47d00bb0aa6c88bc05efd73e7b795f6dc23872a1bd495118e95e2e59dd6f07bf', '\x3a73baff48b1b72dc1f0d0d424a5cc0036eccb9b630bf131509795261ba686db'),
	(55, '01a213dd-2851-7b27-88a4-df07abb2b34f', '\x5ebf90b87c5bf14464b784158cf2e1567a4e1a380325d461b524710aa138ad2c', '\x9a30783a076c106584099235027a0003c0ed73c7d12e6bbb3006ac882bbd8a4e'),
	(56, '01a213dd-2851-7b2e-9cc9-ead132bb578d', '\x4fdea707e23df0431905b278b02384dfb37b960ae3debdbdf654a2856ebe933f', '\x00cf123872206ee02e9a3e9597fd8bafa7b158dec49c2d869e9aa6b92bd30b20'),
	(57, '01a213dd-2862-7898-a732-6c763752c0c6', '\x09843387b8986e76e6cacd02c68ddc723031ba56c5ef132b23f9859ca32265ea', '\xb906d384fe98574f2c1bb6d3ecbcb8f48ff30d0ae56d42916fc7b185e18b7e5c'),
	(58, '01a213dd-2862-789d-a807-d0d3181b62f9', '\x92cad072f4a10c87525246afb9ac9590d4ba967215cc102e8dd6905e8b2be3bf', '\x6bd00402284af7c2c10d7fb31b7e8e6ad6be2502544099a024d01022b511ed49'),
	(59, '01a213dd-287a-784e-9c11-4e631d7d6169', '\xf0ef8635cf37a9e7aa80294f106a24e9d5d535987ed416ff998c9804367bc68a', '\xe0575af4c66f5b0feeceab5b9e8ef965dbf91647c3164d28c0069f2067f2ce09'),
	(60, '01a213dd-287a-788f-8094-cb18a8204430', '\x378e278a73f3cfa19da6fe7cbe268ce8ef036e6616a1bd5b851dd782eedab481', '\xb69bea0ae123591d67b149e06ecd58d5b536053f0c34f70ac770a9b62d77859f'),
	(61, '01a213dd-2886-755c-83e0-ad06de46f399', '\x10198561377f51b9356c594355586137e308dcb5b9f85df4ffa0c1f2b9d1df66', '\x797167ccec0f405cddd5197421da1bdb919974f42db49b07f020516ddb0d5b25'),
	(62, '01a213dd-2886-7560-bf44-4d2ee61367c3', '\x8ffe0371c9f188c5bfd6f1c4bb2e0bf13f7b1e89cedd207533dea08a12bdbca5', '\x73d820d958f94fe384c93a793dacaa9cda0cea8acaa3a66ec275d4cc59575342'),
	(63, '01a213dd-289e-7a6b-9a40-353c7c398d42', '\x36046d4e0fd42d4c01a018588036e326358026d260b80579d565d2e4bbe5d1cc', '\x0c912a1855edaa8ecbadab8fe9c2a05ecb1cbd33eeb07eca6d73e38986672053'),
	(64, '01a213dd-289e-7a71-b63d-70dc9e797bbe', '\x3c16ada263b5911e6bab55385b164bf55ce783185c6dbe2e9593d4b416104458', '\xe6bd532b73c838879772ba20c29bb6e58a5fcb152f681dba46d88bf09aa393ee'),
	(65, '01a213dd-28d9-71fd-a625-9950855b96d2', '\x5104714b538302380dd7226bd64e6c8cd5b495bb07522fb4cfc7c45649983518', '\xfa343ccba21f7e8c9a0baaf7e5bd16d1a77c6682768f4381324cd4fa7d589d50'),
	(66, '01a213dd-28d9-7206-ad5f-b39940697cb2', '\x25eb4c80052628f1df69e99a145726995c6f08fd79786e7722e99e0a3f67d320', '\xddaa8963adc898d71b34f50adce1b19b131a5d374761f5ae65ba88632ce51d0b'),
	(67, '01a213dd-28fb-7e81-a874-2b0018872e38', '\xc224b5e82cba24787571f33bcf02905bdaf6bcd3ce281f4a08238e5c466fa677', '\x9cee0f5717c955910406d44a39b0a1e202a20eae281632626c7b9b46b4974109'),
	(68, '01a213dd-28fb-7e85-91a0-a9380733d662', '\x1deb024557895235bb999671b0889c0a49d42b282a3ea1e12c55b187c18a0763', '\xc3db5223390ab0a0592faaf64b1c91e18f9b4f7d80aef7e4a029d0c3a06d8af5'),
	(69, '01a213dd-2916-7ae7-a171-b52fce513487', '\xba86936b4c3df3cfbe6096fc95b92d289de60c052860b9ba66fd657154cab378', '\xdcca11e53a0a9949259185bfe1d32fc1c151d203a34400f2a8fb8dbfc0119ef2'),
	(70, '01a213dd-2916-7aec-b98f-07069189a837', '\xf1b5d2216e34596dc5a929eb98b793d41be7b1e61496ef0c21cadfb0ea06b722', '\xac2be486eb6af291a8ab038847b64a1dde358d88f647a603f367ec31ecabe550'),
	(71, '01a213dd-2935-7ed4-b780-936bd3fc4497', '\x6ac3ae29062a440c6b1b0c3bd217ee82af2053f7ff77c99711e073268bf7e85b', '\x5623773c43d29f1ce190298985f164161b40ba833c71989a0284b4a19e368cdf'),
	(72, '01a213dd-2935-7eda-aedd-d70705f2683b', '\x17873fbbbf24f26a22ca90a66920478c641a2ac1f0ce9b9df1205363913a52f4', '\xba309d60912e9f97c7019f8c850e5ad0fdde2e881d49a4957c9289d5471a318d'),
	(73, '01a213dd-2951-78e9-a3d8-ad3a0980abba', '\x32fb8471c7c58f2eee953ee0dcd9f6af451ca54e19bfe2ea36e8bca2f97cf2c2', '\x8c8935102e798fb3f0f5e5ecd99615e103eddee8fef65b392f5df4b160b9d874'),
	(74, '01a213dd-2951-78ee-b145-678cdc4e2679', '\xcbbcfb6df6b8b33cad1a8aabc26ce0dde0c1978775c866746f41b8949c152f12', '\xdf9077019977556a793ac60c6f3dca9db545a61f05e41a607f8d3d36ebd7be56'),
	(75, '01a213dd-296d-703b-99a5-518b06956781', '\x8ac0891850ac8cda266f203946ddf357aefdb6b4c2528a0d70a45c425201c10d', '\xe31bc282392316e66bf6f9df9a1f9b0d964ccc02f7551863988d393bca2fd5ef'),
	(76, '01a213dd-296d-703f-9d0a-615232510cd2', '\x9ebd777ef724850c1f3271acf733536c6ed33ed722286b1a175c84021e7c1d58', '\xb136103a8581d324a1bafd4e4e788089deb60eb3783b62c83dd818b8809524f1'),
	(77, '01a213dd-2982-7c33-b4d0-c784f85a193d', '\x93ac2bf5d66248ef731c5cd7807a4bb0e2792bcfd929567c92bda51d3b094176', '\x2eb07bb1424b8c5f8b0afa2225c7df1e6d13cc1d8bb8b522f37f6cd9d2424395'),
	(78, '01a213dd-2982-7c36-9977-5bf8618ac20f', '\x8488cc0127f140b16160ce6e7bafaa1b373a5d5d4ea72f9237a7b66971c86b55', '\xbc8a4c9bfcb136738f20800a193b3bc4b2b7d8c6de7fd5fe598f5333fef43164'),
	(79, '01a213dd-29af-7920-83f3-c265d72fc9d1', '\x1a964789057cf168ecea5c261ef2a0ccaaff7c7d9a2fbdc496e5c46cd6612cbc', '\xaa820eb7237a2df0839397357e423b687f1b8ea0d8177cf94dc1c5485915762a'),
	(80, '01a213dd-29af-7924-b5aa-09690eb05275', '\xbd7fe5b96db41f287053fe01e47e84aff5abca0bd5046b1bc60763c3bc9f050e', '\x9205b5fb36901f854e0cb54293974d607a579b8bb60f4080b2f94457eb028a39'),
	(81, '01a213dd-29c1-7bf8-97d7-1adf230954e4', '\x3ea26c3926f872b747fcab3cd1a18c73d2921147e9a89d3e82bff0d7141f44ee', '\x713ada2e57c439d8ae582de432cb154c9bd09241c933f0c5ef91e32bce87fdcc'),
	(82, '01a213dd-29c1-7bfc-9e2f-fc817a58f97e', '\xa1868b9722f5ca0cd65721b34d40a71f880c8a687e9683bb9cb67284a2c1843f', '\xcabcb6d856566d1fcd229645ecca2705113525ea8f3c708adf7ca5a377519505'),
	(83, '01a213dd-29d3-7231-8be1-8de65055aa46', '\x01ad874b9e7616dd1b0f28ebc8b08f45a15ecc93b99ea9ae07c3217b586b302c', '\x37b49adccb3737a08fbb69e739f092ae4617f9ef577169d43bb3f1db8924dcab'),
	(84, '01a213dd-29d3-7235-a403-93b0e7f1fa3a', '\x8ebd9c50e614a4d902bced40de9695d29469628abd5439f7e919c441d57dedd4', '\xa46ecb430cd917d257672c4e13ac4dd8e905aa89000dc5c59fe01fff1d6c3975'),
	(85, '01a213dd-29e6-78c8-a344-b5819d65acc0', '\x3939a2edd1bcf30e8006e6218bb88958d4ace66e15600f4d9430fe6bad9ed9cb', '\xf3efbcd187d260936357ebb504a6e6b9c9dcb20b24b2106188a44f6eafadf76b'),
	(86, '01a213dd-29e6-78cc-8396-658eee80e91e', '\x4f2982c63a8adc68ac4e0338b9804035047019efc7531368e3eb4f73fc6c2e04', '\xa5d8e685e1898082cd39855a1f6b1a2b500b029b6ac46203ad0fb9c2e65ee98e'),
	(87, '01a213dd-29fd-76a0-9aad-4868c44ed686', '\x02d259f554bc47053f436d6f2e0ed236c8fb8b7d8ad6fdb9ab17b3beb7bddb6b', '\x0076465550ece374723466733f113fb4febf1697dc3c5ed4d0cf7d62add8c6d3'),
	(88, '01a213dd-29fd-76a6-8037-5b3262a9db87', '\xdea0eeed702c03ccf96c35682bc6c7f0b6e5979fb127802b35d23957c6fc123e', '\xfeca49bfae627954ff49bfbdb9c512d810b62f98e38c547f7dab814c8c0a93cf'),
	(89, '01a213dd-2a0c-7821-a040-c145c58a7d47', '\xe6522e276d2170e6785af46c13c55e9dd34006f1822263a142c584ba84d96708', '\x84cc48734ec2319c4fd8468afa5d2e71843563f3e643025f6d5e0af77b34ceb5'),
	(90, '01a213dd-2a0c-7828-88d6-beafdb77c546', '\x4bbcc16f9646021bfbbbe209e4feacd36d9823cc925fafed0bb78d853d714e40', '\x31ae15111af731ba711b450813706bb0c2af49656e508771dda5fa41df468c60'),
	(91, '01a213dd-2a2e-7f1e-aa00-c32c14a34f10', '\x3a8b0990557b49cc74ced94981a16ac362ceeebd1e0027e9564a6e4e527cb235', '\xd65ccc33b9accdc20388ff418a60f2e4a53eeb995653a8d608d589e502abc1ed'),
	(92, '01a213dd-2a2e-7f23-8033-ef2b20a782b9', '\xd21a21fe23e81cdc644cb51c26708c8feb9e9da4b407b8748c14db6600977b2d', '\xadcf6fef41cb1515b2d9f6c5dbe44664ecb7a16db947e7120dfe227cb9320b3a'),
	(93, '01a213dd-2a61-7284-a261-18a227c8a8c6', '\x11dbd85197a9f41671786fd34b76b4952ab503558c30cb8e14c4cfe6f4cdaf43', '\xa9b5fd57f856387781ebe524c3bf74999947936dd22d47be43bf3ab889abb404'),
	(94, '01a213dd-2a61-7289-93b6-607155e27f6b', '\x1880b3590c34b9c5c23df9593e3d4584b9d999aa92b8a2100781913d03f5e5f6', '\x2b89e03ed4dcbb463f7333773d8c2d600268f23ae042e9b762c207c1e386f305'),
	(95, '01a213dd-2a72-7944-93ad-f546ec0c8bca', '\xede4c5794bae60fd7c6af7e39d3ce51eefd4b9cb6e336ad5a430ecbec998fd3e', '\xeecb47ac8a470f3a180fccbe99c176d15614d718c697f0194411e59c965494b2'),
	(96, '01a213dd-2a72-7948-9239-7560d0f77105', '\x7661bb7122fce80793026879eef61b509501c7e78b635808434ec12cbca0bfb5', '\xd8473a477ec52f6e0e2fe52cac6874986b35d353eae834b858c28fef5f179292'),
	(97, '01a213dd-2a9d-7a6e-86c5-b829ea3214c1', '\x7d6a21ab64f8b63d6c4d61b29b3d9e75eeee97d4faecf89163305750886c456f', '\x074264b167da33a9d2d16f3b86012646178b511f67e01e8ae55b3580a7c18fdd'),
	(98, '01a213dd-2a9d-7a74-b654-8c1d6c8383ee', '\x591eccefc6dbaeeba7a4f2b3ad6a19e9b4b7da540b249085951f5e7883bb808f', '\xad3ae969f4504093cb95c7d2944c496622b4e00b5126dd4e5bd1e9541ed05b53'),
	(99, '01a213dd-2abd-7912-b90f-3793e1916500', '\xec579bc5aa2f34161cf7c7a1ce0a31d12dbbdc9afa23321838188f3fda893afe', '\x15eb49cd860dd37247dda756d699d98602ffa910adb1af130441f6e7ba2c7e42'),
	(100, '01a213dd-2abd-7918-9ec2-3ae07002b76c', '\x8def18cf4f2dc055ed01caac3157ba1b86a76d5ba431caf68be9ce15c7e2d6f0', '\x7604077362fe12b846703b2a212b68e692962c31764aec9773726868188113d6'),
	(101, '01a213dd-2ae3-760c-a722-ba0d8417ee9d', '\x1f25e5b61bb489a2e4dc13bfe98da1f8d3d0e11801fbbd5382f83ef8c6cdcbbc', '\xca340c3486bf98f54af917caeabae974c7302532cbd339a9bc55418d8ab2dd11'),
	(102, '01a213dd-2ae3-7611-844f-2663dd3197e9', '\x7826f4fca9990973696ef03df1d2b8ed0318bdc3ad03e92adf03b4be90392e30', '\xdafa763e5d71aa2a96589106f0be7f22e633c6e8b82db9f060b7ecaee9ccd716'),
	(103, '01a213dd-2aec-72a3-9d22-47eefa71352b', '\x688d1623103da0799bb0f4589c657f72999e57241e1bceb11d880b5ccc4161a4', '\x1e81d2933e9f7cfb2a1cbda4fe301aaf2142a2d03f9e8845c1cad544d01f3f9b'),
	(104, '01a213dd-2aec-72a9-b12c-fc8243ccda4d', '\xc6ecddff1b100c4271dcbd5724df4f763e35a1e23f89b1b56621bcff0c3bc4ef', '\x60ff42b900883b99a2239de653648832f89c56fa8b7b52560e2a84194bcfed99'),
	(105, '01a213dd-2af5-7889-9008-8543b88d19fe', '\xbd1a7467b268fe932ca10611aef83aefcf5ddf041caf85782f514d543a487188', '\x21ebd045466bcd9b0dbc670c7f1bde6c4e374ffd35401b9d0a4d514965fa964f'),
	(106, '01a213dd-2af5-788f-a674-24f433877f6d', '\xf5e3e18f89969722197d44141a594329be6917e45d752d7a6e8bcc27084d9f20', '\x18fd0533c5c370e7481c1514b39d2ac0908975d75105446a490161e22917e749'),
	(107, '01a213dd-2b08-73b9-b947-975635c3abc5', '\xb5c04806fbf8a2186bf185a48ad1a9759bc2e06fdb89b95f3c465e9b81392a03', '\xcbc5c2e5b4a8275a3d8987d120ef47cefaa293accf412a6a416a6be9c0e560e5'),
	(108, '01a213dd-2b08-73c1-bdb2-55db2f0e7fc3', '\x96207020555086200b5aff100631771019d25ce1434caa9797ce356512d84413', '\x69d533495baba11e59b459c36e02fb7b1e99884e0e36644625fa0697cb5e4e84'),
	(109, '01a213dd-2b17-7339-808b-336c132aa112', '\x822e3221c294055315cb0824a4aa58f090ca2068ff55e60b9cbc031d569154ac', '\x41c479104ba28a531cde7a13b1069f81d73de05693630da1bacf5e0ef4c5e6d0'),
	(110, '01a213dd-2b17-733c-a64e-8dde76348b3c', '\x77494c6ac383919ba6f6d2c181c650825f89043e8fd7af5ee1cd68e5bb639eb8', '\xab44856b34a23d2ea45cfdee7372685ce86954b409bc7ded467a12fae07e3670'),
	(111, '01a213dd-2b26-7c08-a441-f7d55a37719a', '\x03fdd7c6ba2ab1a04a848b5cdd20995daf17614809a0a0d131d2b00db6d1feab', '\x9791951a6aea3f0cdbf8503c04ef4887c924e82ac10b7796a4ef2014cd2003c9'),
	(112, '01a213dd-2b26-7c0c-944e-940ea706cfe9', '\x6e62cead919299f9a70fb1599f7b750301be932aac9529031aa5286c61193151', '\xd75991d0cacd43163e9e5ed568707a09db8e8de2193560a30eed816942093cfe'),
	(113, '01a213dd-2b35-739c-8a1b-4fb85c3a356f', '\x68cc28dda83f62e9e85f752698529f416c54524ae20a698b04e2c5cf5c12c53f', '\x8a45f086b2f3b924dccd25fc153c53d1bd6cee427b05abbc58253df2fe97056a'),
	(114, '01a213dd-2b35-73a2-ae75-2c52d292d0e1', '\x7dfad36fb5ade080a9a6b22a729ec8bef34814c6bf7d90e393e0330464c0d11e', '\xe9f1449fa30520cc15d2152d39653b16214ccf93e69a91567cdab54208c50416'),
	(115, '01a213dd-2b46-757d-9c28-65d533959e62', '\x752826dd5e8c022a81b27e801125451403e4686c90a905a49af88e97e8d34985', '\x98851cdf42fca152f7c87db09696437bdeb52707956bdfc0fdfd7acc6e6b0ad3'),
	(116, '01a213dd-2b46-7582-be33-feecf33ae51a', '\xb697a4cb272ab1d82607c43c39b6ab96e6f2ddb27f7e255b4a4c2f9d70f0e6c8', '\xe38a792d435bb095570b5e60c18b868dae4167cf096ed592f74b9f78c70dc81d'),
	(117, '01a213dd-2b52-77ed-bce6-b4e568109ebe', '\xe0a0533ffe53dda57f61ce08865b0e222c848186a2106a9bf145bdec0850e474', '\xf6b2548175236a5d347171833d794993e796426c3cd0841c54b92ea31a0cf49f'),
	(118, '01a213dd-2b52-77f0-86f7-50126032edc8', '\x08f778662cdfccc5e1094d93d43a17081b27b30449b6cc364098770ef384bc4b', '\x8aa935e83db268ad77b37fa386ca6b82ff14413f525ad4914fd0aea381c9b88a'),
	(119, '01a213dd-2b61-7d94-bd11-7c658665cae7', '\x5d0f30f671dd9133d018707cc0babdaa793f6db2c2a34b33f01da33083cffcb2', '\x2cfe2ad9b5495511cb721ee98d49368d08074ad15fc5421fceac0879ea20fc05'),
	(120, '01a213dd-2b61-7d98-b6c3-2f9165fd2274', '\xc9e28c1aa7ffb9086782aa6f826a97777bf852ef13a9dc8fd0117502c472755c', '\xbe4782ec3a687c2377cad0e9ff7c02b7b9dc4452a34be4c78272695aa3d2a51c'),
	(121, '01a213dd-2b70-7120-a1ba-618482f54986', '\x08a0d23773ae6c063433820b30b349c6fb098df1cb495e015e76547db1380c1f', '\x766286c17958ba149af18b952bce219a2e764c92fddee68e49e6b0b85e2f15ee'),
	(122, '01a213dd-2b70-7124-8ed5-d2b52adc6f9a', '\x7849a1da67d3b658cd8fa3cd2f136395545b11501b256c3750a450e2b9af4d77', '\xde238f25712adb0ba91742627795f44a456c283743b9add31c78fddd2f63d46f'),
	(123, '01a213dd-2b8d-78e6-a807-5c3b4c522b67', '\xbef8c2218ae5942fc02fef107276553955a8e6135223d43a917c3983b42d2888', '\x1c518d0102c9f9cc70730ad74899d2845dbd9e1c94e3aee77ec0b6e120b7c321'),
	(124, '01a213dd-2b8d-78ec-a9c0-817a6364a3c6', '\x9d21333f420250b17651440246eeee0ef0ed09e0bb8d88152ac78651f44133d0', '\x50ec371cfece47666879ef35449a3ab85fa209176fd417eb46880e2574b15f75'),
	(125, '01a213dd-2ba9-7799-a08a-8322b56a484e', '\x491bf063fef0be18df2936517db2f11821b33ee494d63cacac78a179b0eb8a1b', '\x36aa364a28a7a4cd091892d06796039fc4d165e8623b5b58f22d1839c884928a'),
	(126, '01a213dd-2ba9-779d-a956-89737ebd1432', '\xf16a42456cc4d32b37bd4bf321c28d32c35cd419afe31c2aad5b249cdf796932', '\x1eeede2a399fd6890dfd0167179a28736499d4547db567ba99ac2bda331d41d9'),
	(127, '01a213dd-2be5-7d51-a9b1-1fbbedf59381', '\x298d19a1e7c038661c4fda88b40c5fed16d182a0e56752ced62496306f397e39', '\x9aa43da0b5d4c3b4814f6b9253e15c338990e76a91865d11ce62d73bac6307c8'),
	(128, '01a213dd-2be5-7d55-b062-dfe92652c259', '\xcfd9c43060dd0f4a4a29126a2e085dd1fba279042ced4c43042e75ffdfbbb1d8', '\x91138bc88b4688b75ac760480b2238dfc697132c1b8775820a907b49e42d863d'),
	(129, '01a213dd-2bf7-78e9-904d-38a5fd827a30', '\xdcf815d488ae392f8e309bd672ad8b6c68075450807d9314efb3b281631683a4', '\xed547e5da5ccd48faf62449b1eaf4fbc38c5a2fa1ac9e5ef23abd1a6e2fa30a4'),
	(130, '01a213dd-2bf7-78ee-b94c-2258e95d9ef4', '\x61f49a96d2beda28183748ca125f9c55bc194adbf6b6e51f0021401290fdd89d', '\x9ffa40f463155f8c995da8922576fa676093afdd673cee674a74afa186b6003d'),
	(131, '01a213dd-2c07-7004-bb34-6b02b5fb354c', '\x4a48d20d964fa9ca63f9ca16a5d677942d8ef73cc492fbf71b86d125ca284915', '\x6436ac1f7cc22347d68953c602950d659b523cd1457a3d366f07c21225d424b8'),
	(132, '01a213dd-2c07-7009-9efe-c444cc191e9f', '\x7a5e3bb69dab342fd00467c5bcd6b300fa737ad857b4bf3d15f71cc83c81d200', '\x88969dedc2fa04a11eb4111424885e55fae1d90136e89ff754c4878a7d0d7ef7'),
	(133, '01a213dd-2c0d-7208-975d-4322a50bb336', '\xb44545628d23e71d655fce86fe92960d3ec57724f6d32772448fb417284be839', '\xa6eaf903883fb68992c80c6be3a72e62263385983ebe980bf0729426e6b35095'),
	(134, '01a213dd-2c0d-720b-9d59-7222dde092d6', '\xe77321a6e89c8b2fae641ecd7e054fe30ed5f9f8d3bb0ae361013858032408aa', '\x5f89ead1b64b8b1776d254e3d2a4e6826007418680bc9196f9dcbde49e55ba5a'),
	(135, '01a213dd-2c1f-7040-8c9d-560a7dfe3dcf', '\x2f79bc6f80cd42761a380f4411a1f3534d3eab7bc7a34c9d9cb695754ae09f49', '\xe920be95f7abe0651765792386418841eb2f75699602458575be832e92386f55'),
	(136, '01a213dd-2c1f-7044-a4f1-2d8b845be473', '\x9fc92bd8eb3605fb069b68a7f77182bc0803a1e0c4678e0c3c622fee0d61e1f8', '\x56af4458db5f49eea37b29b7205b19ee39d7b6ef41c250fc12f8000c8731c58a'),
	(137, '01a213dd-2c42-7f0d-85b0-a905b627ea41', '\x5639b04d1d22aafe044abfdc7caf976b106fef0c81aaf5c3a078863fd8179e07', '\x5839e0da2a95a48e954ce6d1fa7bfdcd40590cc5dc8e98c2e937cd60454f22db'),
	(138, '01a213dd-2c42-7f11-9aec-9391dc872fab', '\x28a2ee8e75490090ec0c092badaae5f58bb9c8aa0b2bc688a3fdc6f7468c9eac', '\xfc8398cabc6964fb6d1c46f1350548f0b369f551bad84ee36680aaf0e0bb9e70'),
	(139, '01a213dd-2c5e-77fc-918f-9144f18942b1', '\x5c48cec94684b6d5252e56723d754d9468e804fd05b4292330e11252f6c50961', '\xa8fa6221fa9961d717fc8cbe8d5f8eb4613ca9b06b10a7abe8e0bba19b91ad02'),
	(140, '01a213dd-2c5e-7800-bf44-86c6d5a61450', '\xf4c8ce64a44e0f1dfb30247932a0e6d24d694a4d7af8f3b01a4a3d9309ab9ef0', '\x580a7947e85ea1f61e1d55c3ff0f9729417ac9df931b781f2af340d6dc236f85'),
	(141, '01a213dd-2c86-7877-b3cf-60aa98ffffe9', '\x251d259b626f6c25420288f3500809e121002849578b6a39bf2fa8a6b17359d9', '\xc801035c243be331457d4672910373843505193b3103a69ba6fe4bce93477d14'),
	(142, '01a213dd-2c86-787b-af2b-eba3452dd790', '\x63ed9fb55788a0dfc30c5a8a74d65b8d1e621d68a4b1af7591723ed8295c7320', '\x591adfe64187004ce256be8282ddbdd3b6e8cd4458b8f1bad85fb84315aed9ac'),
	(143, '01a213dd-2caa-7910-a553-3cad776428de', '\x6ace9ca58ec8b755d274ca740398eaa46683e14fac636b7c739a694d710b99a3', '\x8fe753a18e5f1926cefbc3e168700fcdc19348fca205218f266dffc73e24fda4'),
	(144, '01a213dd-2caa-7915-afeb-dab31976ddd4', '\x751b0dfbf55463de16346dc8722a6e4aea7cb322593327ed1d7e262218b2be22', '\x7c53b371e31e305466a0dc33278020948dbd2401222a20225ee2e4c6702f64bb'),
	(145, '01a213dd-2cc1-7c91-b759-66c9b9e507fb', '\xcf746bbe32c3c4be36bf25c1bcc1e2a51425e30885e95720376397f6024e4bbc', '\x5461ba118560665af96a5f52ff79e16859f7268cfa528c8cc95ce39464162bfd'),
	(146, '01a213dd-2cc1-7c94-a61b-3d200c62d8dc', '\x6fe2a99940dce15f7f1c12b9b29c3b1d4fa147193ff1d0a85081d6bed17ad406', '\xb2a8affbcaabb642819389dab647ba8fbfd0bca60c34eed25f84fc69a3c926fb'),
	(147, '01a213dd-2cd7-706c-8cb6-1c16e4a8b924', '\x67a36aba08c399fea8372e1377ea61c216a5d758ab5512492ca43601ac08e100', '\xdee1a8760bf8a6b298bb6158d58c9a65a7f1aeabe578b22016c397bbb93aea71'),
	(148, '01a213dd-2cd7-7071-b200-f9568b3a6a70', '\x5265a9365cc805e42da2821cb303f7bdc163f9c4f9dc8e73ce4e0c0c9a46563d', '\x6ec0022bc5559a890aea7f5ae5f70113edc589c8548bd31ac024413872291c5c'),
	(149, '01a213dd-2ce5-70dc-bbf7-8b598b2930c4', '\xa57af1d7a7c4a9a4cae856822b6b093b9b349a011f159a84d9dac77d2b0b7788', '\x9b77774c1126b53f36036856677bdf9d65d40e330f7c015322e185f191c05632'),
	(150, '01a213dd-2ce5-70e0-bc0e-8fb70e3b2abd', '\x4b9983be6468072fedc2461c256f880161427e0f807cdb08a7687fd4c6f2db45', '\xb5253b2afbc2971a3242cc8d176e9691a99ea7eb5a0e90c8539a44afadf04366'),
	(151, '01a213dd-2cf6-78c4-9ac3-90386f24da0c', '\x60a3fd1352b792de2d75c4b4a8a1a5df275eac6e30f857d070e5d55f2278c7a6', '\x941883588ecd988b7f12cfd3c72523d925b376c04a0b73a1c5c63fb8af2033a6'),
	(152, '01a213dd-2cf6-78c8-b619-3f86b7bd00a2', '\x863446c36816cf1696eddb30d2023abee8a117c02475f33d380bed3c14aaa0a3', '\xb2b968cd4084b1498119feccc01f7f1a20825abd55dc49d7fc7b606d76d5d0d2'),
	(153, '01a213dd-2d0a-759d-80cd-404c448811bd', '\x099e082dd0fe8da80cf68254f8c9ee1e75166bb568c5103ffd57a1aefb9aaff1', '\x04967dc440cc01fe70a4acf8f49ebc8f4743a78dc32721c1b5f5266a2fac8f08'),
	(154, '01a213dd-2d0a-75a0-a3c7-39266ec4fa35', '\x1605d65bc069d5d03530926478618bafdab44c520a08c83b14532fe893c91e39', '\x4c4c25f8538e24fccb656e4d4f491e5ecbe80287c62bec78a32721fd3537a3ab'),
	(155, '01a213dd-2d1c-72e4-81a3-14845a29963d', '\x1cf0f4dfb50ab69a12496b23a53e559244f0568a346076e6d148fd8e20131bd1', '\x6e102abd40a40f5563b0a76e5c01a3d34c2ff151cf9ccd1b78b2d856f197b03f'),
	(156, '01a213dd-2d1c-72e7-b039-2908310441b2', '\x8b23e10063048d5efc698e4289939f88078262261b939118b99a54b6f1c9cbd2', '\x93b703d14447b2b53783870dd343b5fe136ba0b5fb806f353712c19ade68f5dc'),
	(157, '01a213dd-2d2c-70df-86bb-07c877cd7044', '\x8576f15ccc61a51e1e32d9edc7a04c0285834aeef41a8c28c6efbfde5321b0ac', '\xa179bb8d30df75654dca939be782304d4719f6c6dd949229196e8452f1218616'),
	(158, '01a213dd-2d2c-70e1-ae46-08bd79eb4be0', '\xe47d265e730a1b32bcb4d99d24a15532d4dde1c7cd3ad2f1d091488452750fba', '\xc45d0c207dee97f6a3354540d4d8c493fdceda3c6bd5ccdb58b13d162ef47a65'),
	(159, '01a213dd-2d3e-795b-af09-cb2e7586b041', '\x164a95ea57bb0782e64746397b79d7aefa17b4f9008c8fc389c0dfa709a7d0f1', '\xc362e6f1bee9749193b0a1f32fa055a1096e765c112a3112b5d74987e6126dc2'),
	(160, '01a213dd-2d3e-7960-a73c-3ad51e6c3ca5', '\xd248f9ccaba52484cb9b0c84ca7894c083ab35719c712e2af1e53570360e56c1', '\xf8e589c1a4d7088ac346f2a26b99cd5ebc2afbb65ae1260bdd60617f7cf4019d'),
	(161, '01a213dd-2d51-7c8b-93aa-4a0b8f1b8bef', '\xd7811e9f7e6172509440a861572ce1e3937c32cd4ee6cee7b9df2226225469c8', '\x75b7200c22e6f2e6384cc2ff10f715d504e7bba3382d335c4e6d2ad45c737561'),
	(162, '01a213dd-2d51-7c8f-9b60-330e647504c4', '\x23fa71080488995b1225ba95afac587d0be8a684c5503cef47155f96eab4d858', '\xd6ca0cce4c756ac138341758309eb937a9e87578219914c81cf6c32c39597f38'),
	(163, '01a213dd-2d5b-7573-b792-d078d63aa277', '\x95d83f43af7101e56b98a2d519e22dc1df6a4f3fc01f5be5bff0e354d929f0e6', '\x29b4c904ee05052144f7758ad5cb177acb6bd5010f90eea0b0a03b63fea28a70'),
	(164, '01a213dd-2d5b-7577-8bf2-b139b92b246b', '\xfd75f3bcd17f3b593a7d4317611037cfd5d04a7659e8d0c131604d286d1f17ce', '\x3810853c5468585cd84e86fafefe8d70c6eb6ad382c78bf4cb7629165b4ed4ed'),
	(165, '01a213dd-2d73-7892-ac67-d537c5b78b5c', '\xc415ca2fdd274fc950e70ff3772a8cb9b8af6e5db7ee4f45fa93c1e2d91003e1', '\xe5e54b95803ddde3415456387f8dc98f1d7fe1cbb7cd619e1c676e594b78ed74'),
	(166, '01a213dd-2d73-7895-a4f9-8425f5146089', '\xef455ddbf453998b6bf24deb84074c0de399ac550b2fbc09fe6601ee4f789c88', '\xabf7ca6e79b0bafaa2c5b63730fd000d236faad48e72ad8441555f4af85502bd'),
	(167, '01a213dd-2d7f-7106-b391-00079d45ce9b', '\x26c1bbbc6bd7b33808a6253e5d61cbcfe62ba4d6ca389bc41a22ab21c19221b5', '\xff89e2b5907988c5abfc2032e1f617ce0360f15bc40ad53b3716de626f071aba'),
	(168, '01a213dd-2d7f-710a-8606-0172aa922fdb', '\x720b3f5dacb59dfd3eee411a75d66de65e3700f55e04ea60376eb61ea484951b', '\xf849ade87529e808aa9fbbe0d79c4819782add870e4347e5696f58f6a6621458'),
	(169, '01a213dd-2d92-7c63-a557-ce0fdd31ac85', '\xff3fe24837da81296b095baa448a4d127b8ba0a4ba03230bc48ca3e77bf1a920', '\x9416447c6ae21c025ead6f771bd0098bf7038aeff71569872f60fc605f11b46c'),
	(170, '01a213dd-2d92-7c67-95b7-19c9bb3feb43', '\x09ad72723378483576d1d4233d9cad71a97d37be36c119e8a1c6b628ec85cbf2', '\x66b43fe2838b96ac6c30ff2ca1313a9845652e9dbe1b0c283bb27460d022d031'),
	(171, '01a213dd-2da6-7213-9f61-2bdd2bb2f68b', '\x20cbc2ce8dddf61afc212f02495c702964af1a096d9aa0bdedca0f1c753bcee4', '\x5d85cb39a525ad36a66950ca3b8e7f91226c2b0ab826907c57a8a9e904794bdc'),
	(172, '01a213dd-2da6-7216-a817-d48bf2058e8b', '\x0cfd0bdf8c3fa5853268b72cc63ea837d3af4e848d57040c1110758f5766a47a', '\x7af17408be7d27d2304e16827ae6e34e659b03835c5a2cd5dd425605e085e8ec'),
	(173, '01a213dd-2db8-70e1-b6e1-d0e0ed5b34b9', '\x1df75a58cca47233081366997c95488161df6ccd0a7f230635cdc784e77b20a4', '\xf0e0598e5e21df6f67d240f72f5ff8ab357399db06084bac79789062f76e6ee0'),
	(174, '01a213dd-2db8-70e5-be66-84e7aa7f8bbb', '\xbfed3e501beb2fd9bc8539cad0d0984c3ae084f17eb6bf53bd5118540d352d76', '\xbf7229f833c6777511ff93867af23d76b5d4d7f86f1b8efc9ae28336e1da36a7'),
	(175, '01a213dd-2dc3-796f-b3f9-9c3a4f938d96', '\x949983f6ee2cae343f37a6918cb8e22d220d86e5283b8b17d992b9c2d1328c2c', '\x6eed62e37a1ffb02d8e6b288762379064e72cda88bd2774795f630758ac89d50'),
	(176, '01a213dd-2dc3-7972-8cca-be6a881c2949', '\xad590ac402fc88b613b4c4cb1968a2ec7b14b77eb1514f0815277c519ba42952', '\xca73a08ac099a14b32ad0b893ea0315bdb53b8e1073534e904131a277433b514'),
	(177, '01a213dd-2dd3-77bc-aa9b-08aa7c84d3fc', '\x5432835f91f8c26438e36bd5fb3120ae18e84e5932b4d39dcc7c125692140c66', '\xd8142889a7bbca9ff6a75bf5f4b7314ef93497731d607024d2ec2923b51ba12d'),
	(178, '01a213dd-2dd3-77c1-89cc-f5131688e34a', '\xc6fd53783ac8d51776eb0645b0260d3551139fc7f4c765c2187aa759ad06a0c0', '\xfeabd7828924d1603d9df6efce8ab954b47b0c388f769cf8448890cb888f6b86'),
	(179, '01a213dd-2ded-74d8-a85e-69b5106f51a6', '\xb5c6fada9191a6a02025662ea284d1abb76dadfee52a6a8886c7f18d86cfa484', '\x8b687936b44513928e9c38b697413a51d8eb6629b6bf813c2136348d01bc95ca'),
	(180, '01a213dd-2ded-74e3-8757-7083affd1322', '\xb87e8d174c64484093ea2e3550e2efc5e3ba678b870563839cefcf81f618d59f', '\x74c8a07c597bb3e5075cdbe6e226ab18c67994abdd6610f0cb1a3f22fce61c6b'),
	(181, '01a213dd-2dfe-7785-a09b-d6fa869f9b61', '\x282ab36efe50f277a7f6c0b3d626f384e0bbc51e21c0fa87bbe898327516819f', '\xad66eef8a75d997ddad2e9b40d5bcfa73591cde19bf3fabc271648f5c8e374f2'),
	(182, '01a213dd-2dfe-7789-8d9b-cf8ad86d7258', '\x0af3d2b7ed51c513455e4efc868966ba91a679d6b7bbe8143411b3cf10e1602c', '\xf2e6bf04c3e86e2774898274c2db4ef7be57dd3b74fc24cf0108f5bfbdff220c'),
	(183, '01a213dd-2e0d-7a91-aa44-ffd94b9e8ecf', '\xa0f3217b4d838ca5bd50c0bfd458ce3818590ec408ccb064b2497d04f9d45bdf', '\xa31380c271c422b553f09273ee30342fd3496990c92d44dac30807b816cdb25d'),
	(184, '01a213dd-2e0d-7a95-b1ef-6ac894bede0d', '\xd04db3c1fa82abc932a4cc677b28a2c0fcb531315c40d357899040b10f474afb', '\xef2e4ae964bec10386cb7ad9295cd047a1e013e9d40b0eb88ee126845329a14d'),
	(185, '01a213dd-2e1b-79e4-9087-2d863d196cda', '\x6f261b977ad4ec7dd715c6c1d9ed7fda7f66e1ab0aa2d790cdec0670f56994e1', '\x33a93e5705f5563f97cc0b7c884c41c23139e7cda0813d86c6b96a0623f5efe6'),
	(186, '01a213dd-2e1b-79e8-ac6f-dd07ca80068a', '\x069fc0434a02940d1d272b8a477674697fe0907d43dcf3c8867608adbb79bb77', '\xa23c3e880488ee6e02c0435cf3ac88b42a352eacefcb67ce8b30cd22500f53a5'),
	(187, '01a213dd-2e26-7a8e-81d9-e6845770e368', '\x7ece6e29cdda8503355d08ab28d98b42dbd46132e3d6e811003542fe66567312', '\x117a5f4a7d50e7013d884716805fec0e5cff915b7e86f34b77ea5ad2fc0146e7'),
	(188, '01a213dd-2e26-7a92-9723-2ffbf4f2ec15', '\x6afbd4b01a1966467577d7e2f6bf1bf068647aa22e234b83153d5a6706756d04', '\x462e00b23cb340c1870abcfd5322c1a5509ac0185ba836aec9c5ff597917f1a4'),
	(189, '01a213dd-2e33-7bbd-9cb3-2359f478b161', '\x8c4d82dd0f79b5e1189762abe4bab5bc7cf38bddab96de10d010cb4af00416a6', '\x4804f61665a92a7bb006c8c6de2c4143b47f22fb45a6680030c745fe952bbc9f'),
	(190, '01a213dd-2e33-7bbf-8229-5fd3a8bf287d', '\xe9444ff22facc4e5095562a54ab8aa7abd1572b2ec731eaf5b7326b5a833e3f4', '\x9b100d709f777af37aa07f59b4a1a47b4963ba53dc3f914089f60703e64a1356'),
	(191, '01a213dd-2e49-74d1-bdf8-beabd241868f', '\xabb147ff6a695cb81cfe858830897d6c8f595c79fa737d5db7e9ccd5d69f4287', '\x900d5f80fd702aa4cc297b3b0da86412180a12fd4ff671cb31430cd4766ebb3c'),
	(192, '01a213dd-2e49-74d4-bb3e-3d71c3b285ba', '\x73f0684c02409e3fab5a73b65fab9561bf7fd85ed304cd6c40ac1ebc2402dfa2', '\x6fd49c4c74cd37268ee63446c2fc7e106db3e95d82716d3c130f15ec511d80e5'),
	(193, '01a213dd-2e56-7265-9920-35c6fb18a143', '\xaf0f73fedd852e56fd5f626fdc6d3cd5c912977e0d5f5198022c93479a423c97', '\xde311a5469aa7093a251e9bff4a410432a928837d516e4728b97a3c725ba9690'),
	(194, '01a213dd-2e56-7268-aec0-a26d4add12d7', '\xf250be14dc6d0a88bcbfc223c88b08883441ca20797b33e21d49f838b4a92d56', '\xce63daae5c75a8459766d90e99359053209c484d6fea9b723f95bc01b367cb87'),
	(195, '01a213dd-2e6c-7d9c-aa5a-75aa1634f5bc', '\x827ccaa58b292b891d974d4aa00a9e6a68a0beb7f46184c74959d9252b6655eb', '\x22aca21ec2da1db353933e3c6a724d354e5d2bb0439239f1a1075af08707dd48'),
	(196, '01a213dd-2e6c-7da1-b55b-a0502967db66', '\xdbc521063cb286cd1e6520f93baf4c24e8890503683090567d8b2c697f5c3f9c', '\x9852d7f60b5f2b27ed5a4ce6545e717e3f6aaa426d3491256c97a89b11b39fac'),
	(197, '01a213dd-2e7e-7b96-bc45-e069c2ac1781', '\xe27bba8eaf7cfda0dac4967e21a91b084f330ce7a93f54bc38dda23737e15345', '\x05f2aad9149b655fef07bd1707909bb0767ab140b92ee698a2cbf18defbefe42'),
	(198, '01a213dd-2e7e-7b9a-b410-7350ef23833b', '\x4234200e1efd7ac5ceb32d139d5e1b94bd76c0bbdbfa8d59ef2dea685d3af967', '\x1bae1ec901159f2de07e17f17c6ab7d7231e1b207d65da1f629551709620d129'),
	(199, '01a213dd-2e91-713a-bc6a-39678ad61b28', '\x43aa26e4352e2f3046a32bf827cd2eaba0a1426676aa3bcc82d075afd8cb5fad', '\xf352ff340893c9885b19d7a0bc5503760fa58b60d057cac097ef0d534bebfa5c'),
	(200, '01a213dd-2e91-713d-83a2-a33de042b0df', '\xdeb573baceb45e81b4bd874fc245a0899bdd4352d678807fe75e336cfa001665', '\x71074c39590f2d7c62f1817410cd5c35b4cae5c41064ca2ba40be79c7b52be40'),
	(201, '01a213dd-2ea3-785d-bad5-d52263af33f5', '\x6d89435141ae6f448214382bf3c6ca3588b47e86a229ecc85afb6b85eb6c1aae', '\x674fb1cfe874403bd5b4ffe71f00823ea3039ea679b15fdc9def5fc9b7c0f6f6'),
	(202, '01a213dd-2ea3-7860-9c17-465a56c1f3bb', '\x5c323e7ecddcd721fc85b5eff2d2479137a5bbb0294b8398240fcdfbe6f5bc27', '\xae434dbec45bc888441dd3b4d8b9de1b01a0d3b3c3c6a9ca62d5ffa376ec10d7'),
	(203, '01a213dd-2eb9-7c85-8a4b-cbbe9ecc94f4', '\x787ee0aba6b780b364b9fbf955eef7a4faccdc5eb088559cae5624b8058b00a1', '\x68fd6f8ed7ae467b7f598e8f98fd2f0ea53160813ea2831d4bff8a026798ea94'),
	(204, '01a213dd-2eb9-7c89-b21e-2cb78f3a58d4', '\x5cae17fecd58a7e4314839b157bb706babb2873bc503a0a4194053350eb55e43', '\xc584674d70a13226ae82ec46accc223567b13beaac410c0448fc70077e8352ae'),
	(205, '01a213dd-2eca-792e-b2e2-59124d6224e9', '\x022765f2edfe50990e916d8e99687a718abc5550df258e6f60e34ddad37f4ba0', '\x66c471a136a32e1236f47e24c3a58ad2083c76f9d712487d6d3de967534eb4cc'),
	(206, '01a213dd-2eca-7932-a375-84886396accb', '\xa44ebce925a95a1387cb184b02869a89013a04b65ec52111aa16c0a39c264aca', '\x2054f93d67f7d14ed9d50d91847e0e52d5ea65fa9dfbb86150287498dcb3473f'),
	(207, '01a213dd-2edf-70bb-9f8c-9ce8fc282f81', '\x6f01e050bdb515d9eb068201d493b1f293b93fb01f318f16883701545cbee92d', '\x4b4a9a181093084bb767c52c97ce5dd974df4e037fc7ee6603863866fb7937ad'),
	(208, '01a213dd-2edf-70c0-bc6a-400a8d313e5f', '\x228ab71e970a9fb59bd2eaa8ebfed56b0c99d8a872b61c4a224a2ca1ed5b612d', '\x9264912fd52bb445e30d7463dce3ff84d182e2138398ce24ca0bbd3d1ea4768a'),
	(209, '01a213dd-2eeb-7d0b-8740-6d14b8f110d1', '\xe52da1af595cfc7ed1b5cdd945b7e3ecffab6502233428758cadadd56800e54c', '\x0a1345047ca1b39c1c8236fa11c5b89b203c2468778be460cfc551078f1e18a1'),
	(210, '01a213dd-2eeb-7d0e-8ea8-5f3934eb296f', '\x7f0e218897b5cbc7c6e76ad3043915c4974b64781a9309b02d77216e83ce7e1e', '\x935b28e6c3b3d865bd00a90b0fa6a81959b22b0857f1c806e25f7d3edbe71b4e'),
	(211, '01a213dd-2f01-7535-beb2-a91570675d44', '\x2b5f9d09ce8b231049afea07ce58475dc1633ab5813d42444f2520d9dc059efa', '\x4f7b7d450c4f1fe5bcf1e12cbd86ce0bb4a9d235140679426361f6142a04d037'),
	(212, '01a213dd-2f01-7539-8605-18a5129cdee8', '\x91a338160597a93f22d81b9b542f3e3be2ffe9887ba3d8b66945b14bdd9df838', '\xd3fb74deea5374d2bfd083ee3ab24a28763399d11def4223a2063b40f5667aae'),
	(213, '01a213dd-2f15-714d-88e1-cdafb913e789', '\x83cf0780acbfc6624c90a1b450119a5030863ee1ed20dcf7ad08faa92a552281', '\x9b9eb4f0c4a6dad2b6e64544f36d7a051051f8cf7e66ae34ab1affbf9746c7ac'),
	(214, '01a213dd-2f15-7153-b03a-d37644c2d1d7', '\xdba709a79a8ba46fb9d010e1263b1bdc66f4445486b10b3f4fe84a01a3900706', '\x29007b8b92cd581d7410cc90d8a17be26ee899b1a9ade8164589282230e132d9'),
	(215, '01a213dd-2f27-729d-a383-0ee3aa84a3f7', '\x2b89bc1b5e7a39115b271bd8b3d1959a6dd069cf70e43ac68802923d2c036d92', '\x4b3c2c13330bd62ce38bde6a9452abb131272182a1e23ca23965f852ddfc6f3e'),
	(216, '01a213dd-2f27-72a1-b9b8-8315e4b03604', '\x1bf06b3f0e12d017c719496001c057444db2b7542582a8fb5d47b8f825edd1e7', '\xa557260abdffd0a10b21a3879b0a7fc9589e13bcaee983f1dcd3adb6239eeb8c'),
	(217, '01a213dd-2f27-78de-954a-40dcd55c114c', '\x59e255723b2d4cfeea5f0e4f139a3f1e8d1b01fdbf957ec5f1272cc600553bc5', '\x209f271738c17570128a379faed5a235abbca4d9495129342e54b7c51a404d3b'),
	(218, '01a213dd-3273-7854-9198-3d62cc884b41', '\xc0fb0e9cce54ea3aa1060af1fce6eae2d8eb082cc9481ec1c6b3f3014f610e85', '\x66378320843de24f674fa3425f0bdc85904e2ee3574567d48c425b461537aa84'),
	(219, '01a213dd-3277-73c9-9418-8f7d3230651b', '\xe62a5202c44d8ae0a7464993fcad1280029dedee869f8fd6f12e45255eef1501', '\x49fd0b33c1e90d4cbd994edb2353291f05cdc5eddd24c0babbdad6542ebf3aee'),
	(220, '01a213dd-3284-760c-af61-4b0a2df2fecf', '\xff4f351524c57578b2645b620117d4258fb9996cf8d8614a22e680b69dd747c6', '\x911fe1aa89624c3f0c42800dc9df83065c02c832e2a7c7202e895404db56c094'),
	(221, '01a213dd-3288-795f-9451-a8b5394c5b89', '\xa3c5a8fd45f64aa1dde4beacdf59a660407436f92cda01b9c39b8febb39b159e', '\xa7aa24bdc6e6f42fdc2e5fe001212905d1f9e9135b09b0c3c239ce8b244a245d');
INSERT INTO public.disabled_passwords VALUES
	('\x0116fd584249671d4a2376edc5d948dee484c150fccaf5e101c9f9d5c5bf4d75bb767aac49', '\x', '2026-11-25 17:59:52.359169+00');
INSERT INTO public.keyset_replicas VALUES
	('01a213dd-25f9-7dac-91aa-dba58cf93466', '{aead:357048838,aead:156687807,mac:3879919549,mac:385701954,pepper:849b3215,pepper:5aa474d0}', '{aead:156687807,mac:385701954,pepper:849b3215}', '2026-11-25 18:00:50.009962+00');
INSERT INTO public.keyset_writes VALUES
	('aead:357048838', '2026-11-25 17:59:49.884618+00'),
	('mac:3879919549', '2026-11-25 17:59:49.884618+00'),
	('pepper:5aa474d0', '2026-11-25 17:59:49.884618+00');
INSERT INTO public.links VALUES
	('\x7a1d25fb774be456b1e70883de6fab0f36c9dd3fca7aa2efd1b484141adf5f32', 'reset_password', '01a213dd-1fda-7975-8abe-7b1dd31aad43', '2026-11-25 18:29:50.132361+00'),
	('\x563e535b531a8ee184c6c3a5a576df163305e6fa4294214f11acb0606f55f42a', 'reverse_termination', '01a213dd-1ff1-7087-a7ae-f780b223cf5b', '2026-12-09 17:59:50.148033+00'),
	('\x1f51d948010463b5fbbba27d6a37ab97c4d08298079f36ce53d6f7ca6994fe6d', 'verify_email', '01a213dd-269e-77d7-9540-b9aaa8b6692a', '2026-11-26 17:59:50.215912+00'),
	('\x3a0331a405e34e87c7b53a0d0befc4e3dcbdc4eaa232e9e87163c24a6d264077', 'reset_password', '01a213dd-2340-7c95-994d-c2926116f385', '2026-11-25 18:29:54.258906+00'),
	('\x2d46f02870a629f231161449398759d207b7f1867c2d3630e07f09cb48072096', 'verify_email', '01a213dd-36d6-7c9c-9491-713a2a89c2e4', '2026-11-26 17:59:54.334928+00'),
	('\xdcac34d625b854be254d90a1b977f611b1a5e6735c65c8751cac9df123c23dc2', 'reset_password', '01a213dd-1f82-78b3-b1a0-d8371b80c8bf', '2026-11-25 18:29:55.328267+00'),
	('\x06bf391be0d397e66e0cbc4a96c4cefef886cba6ff872b0c1dac83a7340996f2', 'verify_email', '01a213dd-36d6-7c9c-9491-713a2a89c2e4', '2026-11-26 17:59:55.327835+00'),
	('\xe0354a330cd3f7b8c8953bfa1e33a9a64195a58c01987af9200f6aaeefbbc667', 'reverse_termination', '01a213dd-203a-7e06-be5a-c3db99e6d153', '2026-12-09 17:59:54.360417+00');
INSERT INTO public.revocations VALUES
	('2026-11-25 17:59:50.082428+00', '01a213dd-263e-779e-94f7-3b2b896cfbfb', '01a213dd-1f82-78b3-b1a0-d8371b80c8bf'),
	('2026-11-25 17:59:50.147487+00', '01a213dd-1ffe-7292-8aaa-277ae635c7fb', '01a213dd-1ff1-7087-a7ae-f780b223cf5b'),
	('2026-11-25 17:59:54.34597+00', '01a213dd-233e-7afd-93c4-0b82beea66fd', '01a213dd-203a-7e06-be5a-c3db99e6d153');
INSERT INTO public.river_job VALUES
	(2, 'completed', 1, 300, '2026-11-25 17:59:48.446192+00', '2026-11-25 17:59:48.443332+00', '2026-11-25 17:59:48.451675+00', '2026-11-25 17:59:48.443332+00', 1, '{"at": "2026-11-25T17:59:48.442619Z", "user_id": "01a213dd-1fda-7975-8abe-7b1dd31aad43", "template": "verification"}', '{replica_2026_11_25T17_59_48_282890}', NULL, 'letter', '{}', 'default', '{}', NULL, NULL),
	(3, 'completed', 1, 300, '2026-11-25 17:59:48.46592+00', '2026-11-25 17:59:48.465229+00', '2026-11-25 17:59:48.475231+00', '2026-11-25 17:59:48.465229+00', 1, '{"at": "2026-11-25T17:59:48.465027Z", "user_id": "01a213dd-1ff1-7087-a7ae-f780b223cf5b", "template": "verification"}', '{replica_2026_11_25T17_59_48_282890}', NULL, 'letter', '{}', 'default', '{}', NULL, NULL),
	(4, 'completed', 1, 300, '2026-11-25 17:59:48.505202+00', '2026-11-25 17:59:48.496838+00', '2026-11-25 17:59:48.509017+00', '2026-11-25 17:59:48.496838+00', 1, '{"at": "2026-11-25T17:59:48.493708Z", "user_id": "01a213dd-200d-7ad8-a437-412e5cca1b9d", "template": "verification"}', '{replica_2026_11_25T17_59_48_282890}', NULL, 'letter', '{}', 'default', '{}', NULL, NULL),
	(5, 'completed', 1, 300, '2026-11-25 17:59:48.523567+00', '2026-11-25 17:59:48.52282+00', '2026-11-25 17:59:48.535128+00', '2026-11-25 17:59:48.52282+00', 1, '{"at": "2026-11-25T17:59:48.522604Z", "user_id": "01a213dd-202a-793e-811b-564fdf5fd71c", "template": "verification"}', '{replica_2026_11_25T17_59_48_282890}', NULL, 'letter', '{}', 'default', '{}', NULL, NULL),
	(1, 'completed', 1, 300, '2026-11-25 17:59:48.383841+00', '2026-11-25 17:59:48.356066+00', '2026-11-25 17:59:48.397399+00', '2026-11-25 17:59:48.356066+00', 1, '{"at": "2026-11-25T17:59:48.354564Z", "user_id": "01a213dd-1f82-78b3-b1a0-d8371b80c8bf", "template": "verification"}', '{replica_2026_11_25T17_59_48_282890}', NULL, 'letter', '{}', 'default', '{}', NULL, NULL),
	(6, 'completed', 1, 300, '2026-11-25 17:59:49.307476+00', '2026-11-25 17:59:48.539063+00', '2026-11-25 17:59:49.309824+00', '2026-11-25 17:59:48.539063+00', 1, '{"at": "2026-11-25T17:59:48.538917Z", "user_id": "01a213dd-203a-7e06-be5a-c3db99e6d153", "template": "verification"}', '{replica_2026_11_25T17_59_48_282890}', NULL, 'letter', '{}', 'default', '{}', NULL, NULL),
	(7, 'completed', 1, 300, '2026-11-25 17:59:49.317251+00', '2026-11-25 17:59:49.314989+00', '2026-11-25 17:59:49.324069+00', '2026-11-25 17:59:49.314989+00', 1, '{"at": "2026-11-25T17:59:49.312823Z", "user_id": "01a213dd-2340-7c95-994d-c2926116f385", "template": "verification"}', '{replica_2026_11_25T17_59_48_282890}', NULL, 'letter', '{}', 'default', '{}', NULL, NULL),
	(8, 'completed', 1, 3, '2026-11-25 17:59:49.832781+00', '2026-11-25 17:59:49.364992+00', '2026-11-25 17:59:49.868618+00', '2026-11-25 17:59:49.364992+00', 1, '{}', '{replica_2026_11_25T17_59_48_282890}', NULL, 'seal_audit', '{}', 'default', '{}', NULL, NULL),
	(10, 'completed', 1, 25, '2026-11-25 17:59:49.832781+00', '2026-11-25 17:59:49.826297+00', '2026-11-25 17:59:49.837752+00', '2026-11-25 17:59:49.825916+00', 1, '{}', '{replica_2026_11_25T17_59_48_282890}', NULL, 'signing_keys', '{"periodic": true}', 'default', '{}', NULL, NULL),
	(9, 'completed', 1, 25, '2026-11-25 17:59:49.832781+00', '2026-11-25 17:59:49.826297+00', '2026-11-25 17:59:49.848186+00', '2026-11-25 17:59:49.825916+00', 1, '{}', '{replica_2026_11_25T17_59_48_282890}', NULL, 'erase', '{"periodic": true}', 'default', '{}', NULL, NULL),
	(13, 'completed', 1, 300, '2026-11-25 17:59:50.176902+00', '2026-11-25 17:59:50.174776+00', '2026-11-25 17:59:50.218398+00', '2026-11-25 17:59:50.174776+00', 1, '{"at": "2026-11-25T17:59:50.174511Z", "user_id": "01a213dd-269e-77d7-9540-b9aaa8b6692a", "template": "verification"}', '{replica_2026_11_25T17_59_50_012437}', NULL, 'letter', '{}', 'default', '{}', NULL, NULL),
	(11, 'completed', 1, 300, '2026-11-25 17:59:50.130269+00', '2026-11-25 17:59:50.118404+00', '2026-11-25 17:59:50.139661+00', '2026-11-25 17:59:50.118404+00', 1, '{"at": "2026-11-25T17:59:50.114567Z", "address": ["ARb9WEKJwysDiS3WtH0rjHg+Zf9gj5knr5W0yP1JjUeemFcgCw==", "AedC370eLBho3e+sCymy+zKeGQXwCeFNaT44mRJfw/FGfWpFEw=="], "template": "password_reset"}', '{replica_2026_11_25T17_59_50_012437}', NULL, 'letter', '{}', 'default', '{}', NULL, NULL),
	(12, 'completed', 1, 300, '2026-11-25 17:59:50.157177+00', '2026-11-25 17:59:50.147684+00', '2026-11-25 17:59:50.173354+00', '2026-11-25 17:59:50.147684+00', 1, '{"at": "2026-11-25T17:59:50.147487Z", "user_id": "01a213dd-1ff1-7087-a7ae-f780b223cf5b", "template": "terminated"}', '{replica_2026_11_25T17_59_50_012437}', NULL, 'letter', '{}', 'default', '{}', NULL, NULL),
	(15, 'completed', 1, 25, '2026-11-25 17:59:51.65975+00', '2026-11-25 17:59:51.657703+00', '2026-11-25 17:59:51.662658+00', '2026-11-25 17:59:51.657428+00', 1, '{}', '{replica_2026_11_25T17_59_50_012437}', NULL, 'signing_keys', '{"periodic": true}', 'default', '{}', NULL, NULL),
	(14, 'completed', 1, 25, '2026-11-25 17:59:51.65975+00', '2026-11-25 17:59:51.657703+00', '2026-11-25 17:59:51.665401+00', '2026-11-25 17:59:51.657428+00', 1, '{}', '{replica_2026_11_25T17_59_50_012437}', NULL, 'erase', '{"periodic": true}', 'default', '{}', NULL, NULL),
	(16, 'completed', 1, 3, '2026-11-25 17:59:53.174409+00', '2026-11-25 17:59:52.403047+00', '2026-11-25 17:59:53.194183+00', '2026-11-25 17:59:52.403047+00', 1, '{}', '{replica_2026_11_25T17_59_50_012437}', NULL, 'seal_audit', '{}', 'default', '{}', NULL, NULL),
	(17, 'completed', 1, 3, '2026-11-25 17:59:54.214166+00', '2026-11-25 17:59:53.260453+00', '2026-11-25 17:59:54.219421+00', '2026-11-25 17:59:53.260453+00', 1, '{}', '{replica_2026_11_25T17_59_50_012437}', NULL, 'seal_audit', '{}', 'default', '{}', NULL, NULL),
	(18, 'cancelled', 1, 300, '2026-11-25 17:59:54.254444+00', '2026-11-25 17:59:54.251249+00', '2026-11-25 17:59:54.260474+00', '2026-11-25 17:59:54.251249+00', 1, '{"at": "2026-11-25T17:59:54.251132Z", "address": ["ARb9WEIqNoO56jk4AOgKZH4VhFSHKxoUMkPI4GgSaC+atdcG/g==", "AedC371ReRCTyvVtKCUkbOn9Ld75Ys+7lUm2rgL4MV0dNQuz6Q=="], "template": "password_reset"}', '{replica_2026_11_25T17_59_50_012437}', '{"{\"at\": \"2026-11-25T17:59:54.254943612Z\", \"error\": \"JobCancelError: send the password_reset letter: mail refused for good: sending SMTP RCPT TO command: answered 550 5.0.0\", \"trace\": \"\", \"attempt\": 1}"}', 'letter', '{}', 'default', '{}', NULL, NULL),
	(20, 'available', 1, 300, '2026-11-25 17:59:55.308729+00', '2026-11-25 17:59:54.337002+00', NULL, '2026-11-25 17:59:56.414839+00', 1, '{"at": "2026-11-25T17:59:54.336904Z", "address": ["ARb9WEJmHXrHnut/JbNhEZsc++KMOfYxiD5Yksh6Uw8813yiSA==", "AedC370Xwor7bt1axLjJa57crZCstNpzjewtd41epGZ/Bq4fMQ=="], "template": "password_reset"}', '{replica_2026_11_25T17_59_50_012437}', '{"{\"at\": \"2026-11-25T17:59:55.324399012Z\", \"error\": \"send the password_reset letter: connect to the mail server: dial tcp 127.0.0.1:43011: connect: connection refused\", \"trace\": \"\", \"attempt\": 1}"}', 'letter', '{}', 'default', '{}', NULL, NULL),
	(19, 'available', 2, 300, '2026-11-25 17:59:55.308729+00', '2026-11-25 17:59:54.32881+00', NULL, '2026-11-25 17:59:57.230313+00', 1, '{"at": "2026-11-25T17:59:54.326824Z", "user_id": "01a213dd-36d6-7c9c-9491-713a2a89c2e4", "template": "verification"}', '{replica_2026_11_25T17_59_50_012437,replica_2026_11_25T17_59_50_012437}', '{"{\"at\": \"2026-11-25T17:59:54.334029009Z\", \"error\": \"send the verification letter: connect to the mail server: dial tcp 127.0.0.1:43011: connect: connection refused\", \"trace\": \"\", \"attempt\": 1}","{\"at\": \"2026-11-25T17:59:55.324270641Z\", \"error\": \"send the verification letter: connect to the mail server: dial tcp 127.0.0.1:43011: connect: connection refused\", \"trace\": \"\", \"attempt\": 2}"}', 'letter', '{}', 'default', '{}', NULL, NULL),
	(21, 'available', 1, 300, '2026-11-25 17:59:55.308729+00', '2026-11-25 17:59:54.346579+00', NULL, '2026-11-25 17:59:56.275665+00', 1, '{"at": "2026-11-25T17:59:54.34597Z", "user_id": "01a213dd-203a-7e06-be5a-c3db99e6d153", "template": "terminated"}', '{replica_2026_11_25T17_59_50_012437}', '{"{\"at\": \"2026-11-25T17:59:55.324481614Z\", \"error\": \"send the terminated letter: connect to the mail server: dial tcp 127.0.0.1:43011: connect: connection refused\", \"trace\": \"\", \"attempt\": 1}"}', 'letter', '{}', 'default', '{}', NULL, NULL);
INSERT INTO public.river_leader VALUES
	('2026-11-25 17:59:50.031516+00', '2026-11-25 18:00:10.056722+00', 'replica_2026_11_25T17_59_50_012437', 'default');
INSERT INTO public.river_queue VALUES
	('default', '2026-11-25 17:59:48.302235+00', '{}', NULL, '2026-11-25 17:59:50.04039+00');
INSERT INTO public.schema_migrations VALUES
	(10, false);
INSERT INTO public.sessions VALUES
	('01a213dd-1fea-74c5-906e-115d417160e3', '01a213dd-1fda-7975-8abe-7b1dd31aad43', '\x2f8234675d81ada4de1bd94f312c815df4dd14709f2c83d25ecc7d6143af5122', 1, '2026-11-25 17:59:48.458309+00', '2026-11-25 17:59:48.458309+00', '2026-12-09 17:59:48.458309+00', '2026-12-25 17:59:48.458309+00', NULL, '01a213dd-1fea-74c0-9a88-78786b1aceff'),
	('01a213dd-201f-760e-a9e4-0bcbbbaa31e2', '01a213dd-200d-7ad8-a437-412e5cca1b9d', '\x1d512672d88467764d1d7bba8038d1ef6f77ea25304c1b3c95e6a6a315a3343f', 1, '2026-11-25 17:59:48.511394+00', '2026-11-25 17:59:48.511394+00', '2026-12-09 17:59:48.511394+00', '2026-12-25 17:59:48.511394+00', NULL, '01a213dd-201f-7609-affc-75d990c3c3a8'),
	('01a213dd-2038-7bec-bf85-f24203c848ef', '01a213dd-202a-793e-811b-564fdf5fd71c', '\x34d58511ce0338edff1bed0f856c2d81c293c58dd7b1cf50f69e966511b2d1de', 1, '2026-11-25 17:59:48.536778+00', '2026-11-25 17:59:48.536778+00', '2026-12-09 17:59:48.536778+00', '2026-12-25 17:59:48.536778+00', NULL, '01a213dd-2038-7be9-9f72-dac1d861eee4'),
	('01a213dd-234f-723b-8f01-da22cc07aa72', '01a213dd-2340-7c95-994d-c2926116f385', '\x182463d30eabef32fa2433629daa258b6cb8ff5373871a81dedfbe818bfc2a80', 1, '2026-11-25 17:59:49.327144+00', '2026-11-25 17:59:49.327144+00', '2026-12-09 17:59:49.327144+00', '2026-12-25 17:59:49.327144+00', NULL, '01a213dd-234f-7239-9578-30e4cec80327'),
	('01a213dd-263e-779e-94f7-3b2b896cfbfb', '01a213dd-1f82-78b3-b1a0-d8371b80c8bf', '\x65121c7ddf0287eea7914e9d30c23e5974512a753a6570557319c121df78990f', 1, '2026-11-25 17:59:50.078493+00', '2026-11-25 17:59:50.078493+00', '2026-12-09 17:59:50.078493+00', '2026-12-25 17:59:50.078493+00', '2026-11-25 17:59:50.082428+00', '01a213dd-263e-7799-b13e-d2755b3b7cfd'),
	('01a213dd-2652-78f3-9985-f4201c5a9834', '01a213dd-1f82-78b3-b1a0-d8371b80c8bf', '\x35ed178d1413da657da437a42ae47a9e60a2fb6521fe078bd194d96fa50296b5', 2, '2026-11-25 17:59:50.098582+00', '2026-11-25 17:59:50.102116+00', '2026-12-09 17:59:50.102116+00', '2026-12-25 17:59:50.098582+00', NULL, '01a213dd-2652-78f0-a48d-a304e11c44d3'),
	('01a213dd-1fbb-77cb-8891-5289d7c7d7c1', '01a213dd-1f82-78b3-b1a0-d8371b80c8bf', '\x31ad8efe0a1f25ebfe93985e64e79065d29067effe29b9f31772c2eb824d54c2', 2, '2026-11-25 17:59:48.411502+00', '2026-11-25 17:59:50.106849+00', '2026-12-09 17:59:50.106849+00', '2026-12-25 17:59:48.411502+00', NULL, '01a213dd-1fbb-77c4-a5d9-0cf7eb103b71'),
	('01a213dd-1ffe-7292-8aaa-277ae635c7fb', '01a213dd-1ff1-7087-a7ae-f780b223cf5b', '\xec0fecd565a2ec25228b3345d453504efb1ceedac17174f52ef8d171e511df8b', 1, '2026-11-25 17:59:48.478163+00', '2026-11-25 17:59:48.478163+00', '2026-12-09 17:59:48.478163+00', '2026-12-25 17:59:48.478163+00', '2026-11-25 17:59:50.147487+00', '01a213dd-1ffe-728f-839e-c4b6713c77b0'),
	('01a213dd-233e-7afd-93c4-0b82beea66fd', '01a213dd-203a-7e06-be5a-c3db99e6d153', '\xe568a01b8475c35f2aa28165e71fdc24dc1aa4370a913b021b01688988e55fa7', 1, '2026-11-25 17:59:49.310717+00', '2026-11-25 17:59:49.310717+00', '2026-12-09 17:59:49.310717+00', '2026-12-25 17:59:49.310717+00', '2026-11-25 17:59:54.34597+00', '01a213dd-233e-7afb-b946-bff6a21a8710');
INSERT INTO public.signing_keys VALUES
	('AV3WIZ2yAeQgTfGS39dfPw7WJsKSji_zh5HZiIORRg4', '\x01154822061225f15f36d6cbec18b381d37cdafe442007359cf9e85fb296148c115ac2e837f87ebe44933d9c653e0dc1984685915927ee5a2435cb15cb922cfa450361cc329ce2096511fa69f2', '2026-11-25 17:59:48.275001+00', '2026-11-25 17:59:48.275001+00');
INSERT INTO public.throttle VALUES
	('mail_burst', '\x01e742dfbd17c28afb6edd5ac4b8c96b9edcad90acb4da738dec2d778d5ea4667f06ae1f31', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-25 18:14:48.390081+00'),
	('mail_day', '\x01e742dfbd17c28afb6edd5ac4b8c96b9edcad90acb4da738dec2d778d5ea4667f06ae1f31', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-26 17:59:48.390081+00'),
	('mail_burst', '\x01e742dfbd1e2c1868ddefac0b29b2fb329e1905f009e14d693e3899125fc3f1467d6a4513', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-25 18:14:48.448857+00'),
	('mail_day', '\x01e742dfbd1e2c1868ddefac0b29b2fb329e1905f009e14d693e3899125fc3f1467d6a4513', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-26 17:59:48.448857+00'),
	('request_network', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', '\x', 7, '1970-01-01 00:00:00+00', '2026-11-25 18:09:48.334397+00'),
	('mail_burst', '\x01e742dfbda464c45e3672b884a83fbb99493419dd51f969ec106b27704caad2a57c276db1', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-25 18:14:48.47049+00'),
	('mail_day', '\x01e742dfbda464c45e3672b884a83fbb99493419dd51f969ec106b27704caad2a57c276db1', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-26 17:59:48.47049+00'),
	('password_network', '\x01e742dfbd6e6981d324c7d54b37349025decde631897103638caac010cec3a98f22bc8ef9', '\x', 0, '1970-01-01 00:00:00+00', '2026-11-25 18:09:48.40512+00'),
	('mail_burst', '\x01e742dfbde961e8c29fc4f2b2852dfa09ef23722cad5271ae48afe60b5877da3dd2af9c2d', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-25 18:14:48.507809+00'),
	('mail_day', '\x01e742dfbde961e8c29fc4f2b2852dfa09ef23722cad5271ae48afe60b5877da3dd2af9c2d', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-26 17:59:48.507809+00'),
	('password_service', '\x', '\x', 104, '1970-01-01 00:00:00+00', '2026-11-25 18:09:48.40512+00'),
	('request_service', '\x', '\x', 12, '1970-01-01 00:00:00+00', '2026-11-25 18:09:48.334397+00'),
	('mail_burst', '\x01e742dfbd169dc9b857f1fe6d59ed8a1827cede2d2b8bcd26ed7b4ca78e35c73c6a2d0eb1', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-25 18:14:48.533305+00'),
	('mail_day', '\x01e742dfbd169dc9b857f1fe6d59ed8a1827cede2d2b8bcd26ed7b4ca78e35c73c6a2d0eb1', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-26 17:59:48.533305+00'),
	('request_network', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', '\x', 5, '1970-01-01 00:00:00+00', '2026-11-25 18:09:50.109044+00'),
	('password', '\x0116fd58423ddbf557222e71e27710944153b34588024bdf8850988b9c1a40089671d7579f', '\x', 4, '1970-01-01 00:00:00+00', '2026-12-25 17:59:53.223104+00'),
	('mail_burst', '\x01e742dfbd21334330a68e882859ab9af7433483aad39f5ccd844b20f73c1ce5134a93c698', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-25 18:14:49.30858+00'),
	('password_network', '\x0116fd58429b071aa2c73fa5dc4eb49edeaac4425c8ded4384ad89d2b651c95e11c296c6ca', '\x', 104, '1970-01-01 00:00:00+00', '2026-11-25 18:09:50.065069+00'),
	('mail_day', '\x01e742dfbd21334330a68e882859ab9af7433483aad39f5ccd844b20f73c1ce5134a93c698', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-26 17:59:49.30858+00'),
	('mail_burst', '\x01e742dfbd51791093caf56d2825246ce9fd2ddef962cfbb9549b6ae02f8315d1d350bb3e9', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-25 18:14:49.321731+00'),
	('mail_day', '\x01e742dfbd51791093caf56d2825246ce9fd2ddef962cfbb9549b6ae02f8315d1d350bb3e9', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-26 17:59:49.321731+00'),
	('mail_burst', '\x01e742dfbd51791093caf56d2825246ce9fd2ddef962cfbb9549b6ae02f8315d1d350bb3e9', '\x70617373776f72645f7265736574', 0, '1970-01-01 00:00:00+00', '2026-11-25 18:14:54.257194+00'),
	('password', '\x0116fd5842b129133fb6a3a2e809609276bdc33236db1f242b9d1244546b59f243d170be75', '\x01a213dd233e7afbb946bff6a21a8710', 0, '1970-01-01 00:00:00+00', '2026-12-25 17:59:54.344378+00'),
	('mail_day', '\x01e742dfbd51791093caf56d2825246ce9fd2ddef962cfbb9549b6ae02f8315d1d350bb3e9', '\x70617373776f72645f7265736574', 0, '1970-01-01 00:00:00+00', '2026-11-26 17:59:54.257194+00'),
	('mail_burst', '\x01e742dfbd1e2c1868ddefac0b29b2fb329e1905f009e14d693e3899125fc3f1467d6a4513', '\x70617373776f72645f7265736574', 1, '1970-01-01 00:00:00+00', '2026-11-25 18:14:50.131826+00'),
	('mail_day', '\x01e742dfbd1e2c1868ddefac0b29b2fb329e1905f009e14d693e3899125fc3f1467d6a4513', '\x70617373776f72645f7265736574', 1, '1970-01-01 00:00:00+00', '2026-11-26 17:59:50.131826+00'),
	('mail_burst', '\x01e742dfbd17c28afb6edd5ac4b8c96b9edcad90acb4da738dec2d778d5ea4667f06ae1f31', '\x70617373776f72645f7265736574', 0, '1970-01-01 00:00:00+00', '2026-11-25 18:14:55.326807+00'),
	('mail_day', '\x01e742dfbd17c28afb6edd5ac4b8c96b9edcad90acb4da738dec2d778d5ea4667f06ae1f31', '\x70617373776f72645f7265736574', 0, '1970-01-01 00:00:00+00', '2026-11-26 17:59:55.326807+00'),
	('mail_burst', '\x01e742dfbda464c45e3672b884a83fbb99493419dd51f969ec106b27704caad2a57c276db1', '\x7465726d696e61746564', 1, '1970-01-01 00:00:00+00', '2026-11-25 18:14:50.171595+00'),
	('mail_burst', '\x0116fd5842e52bc89c5cf44468b7077204e041b21a3aa426c625912444c852fb2358b9a94c', '\x766572696669636174696f6e', 0, '1970-01-01 00:00:00+00', '2026-11-25 18:14:54.334579+00'),
	('mail_day', '\x01e742dfbda464c45e3672b884a83fbb99493419dd51f969ec106b27704caad2a57c276db1', '\x7465726d696e61746564', 1, '1970-01-01 00:00:00+00', '2026-11-26 17:59:50.171595+00'),
	('mail_day', '\x0116fd5842e52bc89c5cf44468b7077204e041b21a3aa426c625912444c852fb2358b9a94c', '\x766572696669636174696f6e', 0, '1970-01-01 00:00:00+00', '2026-11-26 17:59:54.334579+00'),
	('mail_burst', '\x0116fd5842780ca7fbaefb93152c00261e29da0a0b8a796493435cf28299b6fb6ed5ef4fc1', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-25 18:14:50.200178+00'),
	('mail_day', '\x0116fd5842780ca7fbaefb93152c00261e29da0a0b8a796493435cf28299b6fb6ed5ef4fc1', '\x766572696669636174696f6e', 1, '1970-01-01 00:00:00+00', '2026-11-26 17:59:50.200178+00'),
	('mail_burst', '\x01e742dfbd21334330a68e882859ab9af7433483aad39f5ccd844b20f73c1ce5134a93c698', '\x7465726d696e61746564', 0, '1970-01-01 00:00:00+00', '2026-11-25 18:14:55.326605+00'),
	('mail_day', '\x01e742dfbd21334330a68e882859ab9af7433483aad39f5ccd844b20f73c1ce5134a93c698', '\x7465726d696e61746564', 0, '1970-01-01 00:00:00+00', '2026-11-26 17:59:55.326605+00');
INSERT INTO public.users VALUES
	('01a213dd-1fda-7975-8abe-7b1dd31aad43', '\x01154822062c6bd6568dd31bdc38133c5b0be7a16242213b511a48b6c81082e56a4a4b133cbc3948798d4827f703c59474735af417c93d6abc0f83c969bb', '\x01e742dfbd1e2c1868ddefac0b29b2fb329e1905f009e14d693e3899125fc3f1467d6a4513', '\x0115482206399f8f1c19931f56d6cea79b5c92ed4ba635aacb8eacf12672147f2a573d8561b0cadfa5789ca0f292d25884cfadc3c22699fa53', 'DE', '\x01154822066faeb128cb23942785c175ad1751b71ba19c36939e61f8acdd95cf01c0fe4aab8a747d2f29006b3b277725dea5', '$argon2id$v=19$m=64,t=1,p=1,keyid=NWFhNDc0ZDA$p28ALsChSwditKoINzIEbQ$dwtoumWlo1CRwcuFHmStWvIlEcHictuEKCgylARqduc', true, false, '2026-11-25 17:59:48.458309+00', NULL, NULL, '2026-11-25 17:59:48.442619+00', '2026-11-25 17:59:48.458309+00', 2),
	('01a213dd-200d-7ad8-a437-412e5cca1b9d', '\x0115482206d609085bfc853e9140e54873d7f6544b0a8868ee71107893f7a97c4d07ad8d8c45c8b1d4bb5392523aaf088dd04993d47f32b43ac8643d41944462', '\x01e742dfbde961e8c29fc4f2b2852dfa09ef23722cad5271ae48afe60b5877da3dd2af9c2d', '\x01154822068bf530b7049f7082cded11cfbf2cf4155ae84fe606ecc30af75868f75bbb70dd64ecb556701b0976c15cdcf86cc4a104dad3410d', 'DE', '\x01154822060dba66ec702f42f995ed8d1f3d5f35cd9f76c9cfef9b7c1a6ab1a4deb0dffc7ced7b1aa79b7b21a58098f38c85', '$argon2id$v=19$m=64,t=1,p=1,keyid=NWFhNDc0ZDA$HyisJBqL7tlssJJOByVxcQ$URzjaI5vka6IU170KMOJ7htXQTfi/yGIZqtSabKjvZM', true, false, '2026-11-25 17:59:48.511394+00', NULL, NULL, '2026-11-25 17:59:48.493708+00', '2026-11-25 17:59:48.511394+00', 2),
	('01a213dd-202a-793e-811b-564fdf5fd71c', '\x0115482206c57d513210b38e75cb7be98a4f1fa951ffd656d4d13fbb45476a3eb902231fd0c9b17835dfdabb862159e6b4c53826183a1b692ddc74df7e99cb5cdc', '\x01e742dfbd169dc9b857f1fe6d59ed8a1827cede2d2b8bcd26ed7b4ca78e35c73c6a2d0eb1', '\x01154822064eb00a4d8f7c2b868ec032064192c48fa3f93e477945731e1c075aab5409c45eb2a5b637c3a69d3a0eca5d6f09c443f0fb574ca7', 'DE', '\x0115482206c68b7f72fddf673ed9ff97db244df0f78571ded0ae23f3ed062a7ff10a73b85bfcfd59d08b9534e060af55e0c8', '$argon2id$v=19$m=64,t=1,p=1,keyid=NWFhNDc0ZDA$i8T7jxQLQw4FTvExyNp7xw$D8w22xXGDKmW9LhyT6Hv+NYXPSWaGHu8hgwOqP7U5z8', true, false, '2026-11-25 17:59:48.536778+00', NULL, NULL, '2026-11-25 17:59:48.522604+00', '2026-11-25 17:59:48.536778+00', 2),
	('01a213dd-2340-7c95-994d-c2926116f385', '\x01154822060fa696b01020af7c4a0f8fceee3a5ff876a6cd91a97d66e500a514e33615237775c356152b7764757ed5734639e6c8c4d1f71b32028eb3f577a259', '\x01e742dfbd51791093caf56d2825246ce9fd2ddef962cfbb9549b6ae02f8315d1d350bb3e9', '\x01154822062371e839ddf5f738567b3f110e2f005c75592c88faa5684ab9aeb2fb0b6ccd7c0b6f8596a09cc39cea3c8303668592a5bd84ff92', 'DE', '\x0115482206b000afc9c2c92e4463c4c1a91bdc81466a7cd37998e1c3ea1062b20ab97845508d9b384ef2e9f8fb2e562bac81', '$argon2id$v=19$m=64,t=1,p=1,keyid=NWFhNDc0ZDA$YFoGhP3prWPUOElrRI3b6A$di9Qba6ZZas0aj0UIvfyI/olyhYi7Q4gEDmi3KzKixc', true, false, '2026-11-25 17:59:49.327144+00', NULL, NULL, '2026-11-25 17:59:49.312823+00', '2026-11-25 17:59:49.327144+00', 2),
	('01a213dd-1f82-78b3-b1a0-d8371b80c8bf', '\x01154822062a7cd896a3301eeb4fab589e6f40a081bf7e988e3572c6c5e2f7e79c87273df2f20853602df091f056d3b63ee40c1803ad21dcbcec2428f1218ae7', '\x01e742dfbd17c28afb6edd5ac4b8c96b9edcad90acb4da738dec2d778d5ea4667f06ae1f31', '\x0115482206c1ac49e740d7ad9b4339559b38b60544df1bbe2c0b4c039ecd172fd82085081b45eb39f4a5d6abce305397011747e788ac7d93e4', 'DE', '\x0115482206142df209e8bd123b2adb93c7e7fde316daa4264150c212d265fc5c92030055c8d1c2171e0f0ca8daa70ad8c11a', '$argon2id$v=19$m=64,t=1,p=1,keyid=ODQ5YjMyMTU$B5cl6I0S0UTqiG2FnQuEGQ$v0m71DruXo/peMtd6ZrVAYBdyEpRb6coADbrJoZULFI', true, false, '2026-11-25 17:59:48.411502+00', NULL, NULL, '2026-11-25 17:59:48.354564+00', '2026-11-25 17:59:50.074246+00', 3),
	('01a213dd-1ff1-7087-a7ae-f780b223cf5b', '\x0115482206cb2f5d976321e51d61b30c9f5ea687342cf72d36616081137a18ef6179f956705e65eee291a72aa46822612d47a5e98c38d23fbee1d5dadc4ffef515c61b', '\x01e742dfbda464c45e3672b884a83fbb99493419dd51f969ec106b27704caad2a57c276db1', '\x011548220637b187a746512ac24c413b07613bc5cdaf8809ee784cf30ea017692a3eb5c70097099617dc0748b795d8b5469d3b8eacd8ce5b4b', 'DE', '\x01154822060c4267ea67a70e743b9012424bfbeb217968e47ebc4e64adf32e9daf072780d049632ff3c295e75b24f407b65e', '$argon2id$v=19$m=64,t=1,p=1,keyid=NWFhNDc0ZDA$Vyvq16aVUOsaWXLEstUU+A$YUx6iZed9yQyJTjlMrBwXRFDfT1pJISd0njN4y7i9PE', true, true, '2026-11-25 17:59:48.478163+00', '2026-11-25 17:59:50.147487+00', NULL, '2026-11-25 17:59:48.465027+00', '2026-11-25 17:59:50.147487+00', 3),
	('01a213dd-269e-77d7-9540-b9aaa8b6692a', '\x010956ddbf8e7233e337a5282216c71fb01fb9b7349534f0451caab175944ddd298d8bc5cbe84274f7a7c7d4bc89b2e9a387c0fec98fadd3ba6c0e73a0ec05c7', '\x0116fd5842780ca7fbaefb93152c00261e29da0a0b8a796493435cf28299b6fb6ed5ef4fc1', '\x010956ddbf3cf8d3cdbb83c5b838f8a6effa19c673182f2f82240e84f089f727f27851aed5b9ffa2ab860c79ccc5d4bb55c8e61d89463bc964', 'DE', '\x010956ddbfd90ec717f601187a1c12051781bef28a555f8e0ddf55f2d203e71d308d635c6ea4b3f9766cd5b72ec7ed6f70f5', '$argon2id$v=19$m=64,t=1,p=1,keyid=ODQ5YjMyMTU$02Y+tOsQgkvkMsJNeeLVuQ$ZOY3wLiEOcbXJ7t0XjJq1Fr+8FzrDI4es8fdVGZL8aE', false, false, NULL, NULL, NULL, '2026-11-25 17:59:50.174511+00', '2026-11-25 17:59:50.174511+00', 1),
	('01a213dd-36d6-7c9c-9491-713a2a89c2e4', '\x010956ddbff5f97c3d8d573cedd4d791903349b60a618439e9b33a9ad9f53e7e322ff23f412ce3ac854ff0faf12f5809e0500bc58a04b6e9183c55b6daf7e1e4fec9db40f404', '\x0116fd5842e52bc89c5cf44468b7077204e041b21a3aa426c625912444c852fb2358b9a94c', '\x010956ddbfd292f1022e34bb6cf6e49c26315c91ab7fc01b567e104e06a8c87b7059c941b19383b91f33b9a27be10e76754af7ac9118036983', 'DE', '\x010956ddbf968722745dfb25a619dce5a85ee1787bc1fce21574ac5957da29d12813380466e6073e388b63f557df0124390e', '$argon2id$v=19$m=64,t=1,p=1,keyid=ODQ5YjMyMTU$xPMLVU9fqDHBy30MTp4UWA$aSpuU9bpY/AJFNvIGh9V2cZGR/1l5jhd1tHUojL1dww', false, false, NULL, NULL, NULL, '2026-11-25 17:59:54.326824+00', '2026-11-25 17:59:54.326824+00', 1),
	('01a213dd-203a-7e06-be5a-c3db99e6d153', '\x011548220618915608f9569911a735566be2047179285cffd379876d4b902960ba0f04b3d87a19e7543e284fcfb111619d065f01803cca020feb8292f3dc0e88c504b17f9ce766c2597e76', '\x01e742dfbd21334330a68e882859ab9af7433483aad39f5ccd844b20f73c1ce5134a93c698', '\x0115482206b4fc18bf75d081ee95b231ee9d3765af6574958d6e50b0a5c2bd5474232a38818ed5338d74c650f4bdad5f4b92b8a72ab17dad42', 'DE', '\x0115482206a5d3c5ded55c90bade0dc5a5f67622573151233f2463915d663a350941172ee0c3a423634317737f13c837bea2', '$argon2id$v=19$m=64,t=1,p=1,keyid=NWFhNDc0ZDA$O56y8hxGAim+vMQez+PeAA$zWXBwNxFcyNykt4gS2na55ALjbWYWXtvUZy5gzXNnlQ', true, true, '2026-11-25 17:59:49.310717+00', '2026-11-25 17:59:54.34597+00', NULL, '2026-11-25 17:59:48.538917+00', '2026-11-25 17:59:54.34597+00', 3);
SELECT pg_catalog.setval('public.river_job_id_seq', 21, true);
SELECT pg_catalog.setval('public.river_notification_id_seq', 1, false);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_heads
    ADD CONSTRAINT audit_heads_pkey PRIMARY KEY ("position");
ALTER TABLE ONLY public.audit_pending
    ADD CONSTRAINT audit_pending_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_one_per_event UNIQUE (event_id);
ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_pkey PRIMARY KEY ("position");
ALTER TABLE ONLY public.disabled_passwords
    ADD CONSTRAINT disabled_passwords_pkey PRIMARY KEY (subject, part);
ALTER TABLE ONLY public.keyset_replicas
    ADD CONSTRAINT keyset_replicas_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.keyset_writes
    ADD CONSTRAINT keyset_writes_pkey PRIMARY KEY (key_id);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.revocations
    ADD CONSTRAINT revocations_pkey PRIMARY KEY (ended_at, session_id);
ALTER TABLE ONLY public.river_job
    ADD CONSTRAINT river_job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.river_leader
    ADD CONSTRAINT river_leader_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.river_notification
    ADD CONSTRAINT river_notification_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.river_queue
    ADD CONSTRAINT river_queue_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.throttle
    ADD CONSTRAINT throttle_pkey PRIMARY KEY (scope, subject, part);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX audit_events_by_user ON public.audit_events USING btree (user_id, at);
CREATE INDEX keyset_replicas_by_lease ON public.keyset_replicas USING btree (lease_until);
CREATE INDEX links_by_expiry ON public.links USING btree (expires_at);
CREATE INDEX links_by_user ON public.links USING btree (user_id, purpose);
CREATE INDEX river_job_args_index ON public.river_job USING gin (args);
CREATE INDEX river_job_kind ON public.river_job USING btree (kind);
CREATE INDEX river_job_metadata_index ON public.river_job USING gin (metadata);
CREATE INDEX river_job_prioritized_fetching_index ON public.river_job USING btree (state, queue, priority, scheduled_at, id);
CREATE INDEX river_job_state_and_finalized_at_index ON public.river_job USING btree (state, finalized_at) WHERE (finalized_at IS NOT NULL);
CREATE UNIQUE INDEX river_job_unique_idx ON public.river_job USING btree (unique_key) WHERE ((unique_key IS NOT NULL) AND (unique_states IS NOT NULL) AND public.river_job_state_in_bitmask(unique_states, state));
CREATE INDEX river_notification_created_at_idx ON public.river_notification USING btree (created_at);
CREATE INDEX river_notification_topic_id_idx ON public.river_notification USING btree (topic, id);
CREATE INDEX sessions_by_end ON public.sessions USING btree (ends_at);
CREATE INDEX sessions_by_user ON public.sessions USING btree (user_id);
CREATE INDEX throttle_by_age ON public.throttle USING btree (forgotten_at);
CREATE INDEX users_abandoned ON public.users USING btree (created_at) WHERE ((verified_at IS NULL) AND (NOT is_active));
CREATE UNIQUE INDEX users_one_verified_per_address ON public.users USING btree (email_index) WHERE ((verified_at IS NOT NULL) AND (erased_at IS NULL));
CREATE INDEX users_pending_by_address ON public.users USING btree (email_index, created_at DESC) WHERE (verified_at IS NULL);
CREATE INDEX users_to_erase ON public.users USING btree (terminated_at) WHERE (is_terminated AND (erased_at IS NULL));
CREATE TRIGGER audit_events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_events FOR EACH STATEMENT EXECUTE FUNCTION public.audit_forbid_change();
CREATE TRIGGER audit_events_await_seal AFTER INSERT ON public.audit_events FOR EACH ROW EXECUTE FUNCTION public.audit_await_seal();
CREATE TRIGGER audit_heads_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_heads FOR EACH STATEMENT EXECUTE FUNCTION public.audit_forbid_change();
CREATE TRIGGER audit_seals_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_seals FOR EACH STATEMENT EXECUTE FUNCTION public.audit_forbid_change();
CREATE TRIGGER sessions_tell_end AFTER UPDATE OF ended_at ON public.sessions FOR EACH ROW WHEN (((old.ended_at IS NULL) AND (new.ended_at IS NOT NULL))) EXECUTE FUNCTION public.sessions_tell_end();
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_user_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
