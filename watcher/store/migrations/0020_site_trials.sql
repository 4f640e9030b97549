-- When a site's stored pages were last looked at for a frame without one, so that no run does so again for nothing.
CREATE TABLE site_trials (
  site TEXT PRIMARY KEY,
  tried_at TEXT NOT NULL CHECK (tried_at GLOB '????-??-??T*Z')
) STRICT, WITHOUT ROWID;
