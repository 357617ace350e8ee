-- The text of the invitation was kept, and read by nothing. It holds a secret.
DELETE FROM setting WHERE name = 'invitation';
