-- The roles and the database, once, as the superuser of the primary. The folder is that of the secrets.
\set ON_ERROR_STOP on
\set owner_password `cat owner-password`
\set service_password `cat service-password`
-- The owner of the tables: it migrates.
CREATE ROLE user_management_owner LOGIN PASSWORD :'owner_password';
-- The role that serves. rights.sql gives it its rights.
CREATE ROLE user_management LOGIN PASSWORD :'service_password';
CREATE DATABASE accounts OWNER user_management_owner ENCODING 'UTF8' TEMPLATE template0;
