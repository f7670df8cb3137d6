int no_idea;
