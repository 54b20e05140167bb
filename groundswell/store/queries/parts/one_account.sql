-- Of one account.
author_no = $author_no
